//! Papers of our own invention, as a declarant's software writes them.

use clearance::RegistrationNumber;

/// Namespaces of the album, as every paper here needs them.
const NAMES: &str = "xmlns:c=\"urn:customs.ru:CommonAggregateTypes:5.22.0\" \
     xmlns:f=\"urn:customs.ru:CUESADCommonAggregateTypesCust:5.22.0\"";

/// A registration number taken apart: office, day, serial.
fn parts(number: &str) -> (String, String, String) {
    let number: RegistrationNumber = number.parse().unwrap();
    let text = number.to_string();
    let mut parts = text.split('/');
    let (office, day, serial) = (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
    let day = format!("20{}-{}-{}", &day[4..6], &day[2..4], &day[0..2]);
    (office.to_owned(), day, serial.to_owned())
}

fn number_in(element: &str, number: &str) -> String {
    let (office, day, serial) = parts(number);
    format!(
        "<{element}><c:CustomsCode>{office}</c:CustomsCode><c:RegistrationDate>{day}</c:RegistrationDate>\
         <c:GTDNumber>{serial}</c:GTDNumber></{element}>"
    )
}

/// A correction (KDTout_CU) of a generated declaration that weighs an item anew; the declarant stands in
/// it as in the declaration.
pub fn correction(document: &str, number: &str, item: u32, gross: &str) -> String {
    let between = |from: &str, to: &str| document.split(from).nth(1).unwrap().split(to).next().unwrap();
    let names = between(":ESADout_CU:5.23.0\"", ">");
    let kind = between("<CustomsProcedure>", "<");
    let declarant = between("<ESADout_CUDeclarant>", "</ESADout_CUDeclarant>");
    let weighed = match gross {
        "" => String::new(),
        gross => format!("<f:GrossWeightQuantity>{gross}</f:GrossWeightQuantity>"),
    };
    format!(
        "<KDTout_CU xmlns=\"urn:customs.ru:Information:CustomsDocuments:KDTout_CU:5.23.0\" {NAMES} {names} \
         DocumentModeID=\"1006111E\"><c:DocumentID>7d2c6a10-0b1e-4f6a-9a55-2f7d1c9e0a01</c:DocumentID>\
         <KDTNumber>1</KDTNumber><CustomsProcedure>{kind}</CustomsProcedure>\
         <KDToutGoodsShipment><KTDoutDeclarant>{declarant}</KTDoutDeclarant><KDToutGoods>\
         <f:GoodsNumeric>{item}</f:GoodsNumeric>{weighed}</KDToutGoods></KDToutGoodsShipment>{}\
         <KDTFilledInfo/></KDTout_CU>",
        number_in("GtdRegistryNumber", number)
    )
}

/// A request to withdraw a declaration (PermitRecallGTD).
pub fn withdrawal(number: &str, comments: &str) -> String {
    let (office, day, _) = parts(number);
    format!(
        "<PermitRecallGTD xmlns=\"urn:customs.ru:Information:CustomsDocuments:PermitRecallGTD:5.22.0\" {NAMES} \
         DocumentModeID=\"1006014E\"><c:DocumentID>7d2c6a10-0b1e-4f6a-9a55-2f7d1c9e0a02</c:DocumentID>\
         <DocType>1</DocType><SendDate>{day}</SendDate><Comments>{comments}</Comments>\
         <Customs><c:Code>{office}</c:Code></Customs><CustomsPerson><c:PersonName>Снегирёв С. С.</c:PersonName>\
         </CustomsPerson>{}</PermitRecallGTD>",
        number_in("GTDNumber", number)
    )
}

/// A list of documents (Inventory): for a registered declaration, or by `about` for one still to come.
pub fn inventory(number: Option<&str>, about: Option<&str>, invoice: &str) -> String {
    let number = number.map(|number| number_in("GTDNumber", number)).unwrap_or_default();
    let about = about.map(|id| format!("<c:RefDocumentID>{id}</c:RefDocumentID>")).unwrap_or_default();
    format!(
        "<Inventory xmlns=\"urn:customs.ru:Information:CustomsDocuments:Inventory:5.22.0\" {NAMES} \
         DocumentModeID=\"1006003E\"><c:DocumentID>7d2c6a10-0b1e-4f6a-9a55-2f7d1c9e0a03</c:DocumentID>{about}\
         <NumberOfInvent>1</NumberOfInvent><GTDPerson><c:OrganizationName>ООО «Полярный пеликан»\
         </c:OrganizationName></GTDPerson><InventoryInstance><InstanceNumber>1</InstanceNumber>\
         <InventoryInstanceDate>2026-03-02</InventoryInstanceDate><InventoryInstancePerson>\
         <c:PersonSurname>Чайкина</c:PersonSurname><c:PersonName>Ольга</c:PersonName></InventoryInstancePerson>\
         <InventDocument><InvDocCode>04021</InvDocCode><InvDocName>ИНВОЙС</InvDocName>\
         <InvDocNumber>{invoice}</InvDocNumber><DocumentFormSign>1</DocumentFormSign></InventDocument>\
         </InventoryInstance>{number}</Inventory>"
    )
}
