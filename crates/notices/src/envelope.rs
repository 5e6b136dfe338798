//! The CloudEvents 1.0 envelope, with the canonical data.

use clearance::{Act, Case, Event};
use declaration::Finding;
use serde_json::{Map, Value, json};

use crate::sheet::Made;
use crate::table::Row;
use crate::{Notice, Setting, Subject};

/// What an event says to the declarant; none where it says nothing.
pub(crate) fn data_of_event(event: &Event, case: &Case, setting: &Setting<'_>) -> Option<Value> {
    let currency = case.currency.as_str();
    Some(match event {
        Event::Filed { sha256, kind, procedure, office, items, documents, .. } => json!({
            "sha256": sha256,
            "direction": kind,
            "procedure": procedure,
            "office": office,
            "items": items,
            "documents": documents,
        }),
        Event::Controlled { findings } => {
            let findings =
                findings.iter().map(|mark| setting.in_words(&mark.code, mark.severity, &mark.path));
            json!({ "findings": findings.collect::<Vec<Finding>>() })
        }
        // The lane stays inside: it says how closely the service looks.
        Event::Assessed { totals, payable, currency, customs_value, lines, lane: _, security, parts } => {
            let mut data = json!({
                "totals": totals,
                "payable": payable,
                "currency": currency,
                "customs_value": customs_value,
                "lines": lines,
            });
            // Said only where there is something to say, as before these were there.
            if let (Some(security), Some(data)) = (security, data.as_object_mut()) {
                data.insert("security".to_owned(), json!(security.amount));
            }
            if let (1.., Some(data)) = (parts.len(), data.as_object_mut()) {
                data.insert("parts".to_owned(), json!(parts));
            }
            data
        }
        Event::RegistrationRefused { errors } => json!({ "errors": errors }),
        Event::Registered { number } => json!({ "number": number }),
        Event::PaymentReserved { payer, amount }
        | Event::PaymentPosted { payer, amount }
        | Event::PaymentReturned { payer, amount } => {
            json!({ "payer": payer, "amount": amount, "currency": currency })
        }
        Event::PaymentAwaited { payer, shortfall, deadline } => json!({
            "payer": payer,
            "shortfall": shortfall,
            "currency": currency,
            "deadline": deadline,
        }),
        Event::SecurityTaken { guarantee, amount, currency }
        | Event::SecurityFreed { guarantee, amount, currency } => {
            json!({ "guarantee": guarantee, "amount": amount, "currency": currency })
        }
        Event::SecurityAwaited { missing, deadline } => {
            json!({ "missing": missing, "currency": currency, "deadline": deadline })
        }
        Event::Routed { reasons, deadline } => {
            let reasons: Vec<Value> =
                reasons.iter().map(|reason| json!({ "code": reason, "text": reason.text() })).collect();
            json!({ "reasons": reasons, "deadline": deadline })
        }
        Event::Overdue => json!({}),
        // The remark is the officer's own and not addressed to the declarant.
        Event::Released { by, conditional, remark: _ } => {
            json!({ "by": by.as_str(), "conditional": conditional })
        }
        Event::Refused { by, reason } => json!({ "by": by.as_str(), "reason": reason }),
        Event::Withdrawn { reason } => json!({ "reason": reason }),
        Event::Corrected { version, mark, changes, items, documents } => json!({
            "version": version,
            "paper": mark.paper,
            "changed_fields": changes,
            "changes": setting.changes.iter().map(|change| json!({
                "path": change.path, "before": change.before, "after": change.after,
            })).collect::<Vec<_>>(),
            "items": items,
            "documents": documents,
        }),
        Event::CorrectionRefused { mark, errors } => json!({ "paper": mark.paper, "errors": errors }),
        Event::PaperAttached { mark } => json!({ "paper": mark.paper, "kind": mark.kind }),
        Event::Act(act) => return data_of_act(act),
        Event::Selected { .. }
        | Event::Scored { .. }
        | Event::ResultsRecorded { .. }
        | Event::Assigned { .. } => return None,
    })
}

/// What an act says to the declarant; none where it says nothing to them.
fn data_of_act(act: &Act) -> Option<Value> {
    Some(match act {
        Act::DocumentsWanted(request) => {
            let documents = request.documents.iter().map(|wanted| {
                json!({
                    "kind": wanted.kind,
                    "name": wanted.name,
                    "number": wanted.number,
                    "date": wanted.date,
                    "item": wanted.item,
                    "purpose": wanted.purpose,
                })
            });
            let documents: Vec<Value> = documents.collect();
            json!({ "request": request.number, "deadline": request.deadline, "documents": documents })
        }
        Act::PapersWanted { reason } | Act::ChangeRefused { reason } => json!({ "reason": reason }),
        Act::ExaminationStarted { at, remark } | Act::ExaminationFinished { at, remark } => {
            json!({ "at": at, "remark": remark })
        }
        Act::Instructed { text, goods_office } => json!({ "text": text, "goods_office": goods_office }),
        Act::TransitArrived(arrival) => {
            let means = arrival
                .means
                .iter()
                .map(|means| json!({ "identifier": means.identifier, "nationality": means.nationality }));
            let means: Vec<Value> = means.collect();
            json!({ "at": arrival.at, "office": arrival.office, "means": means, "remark": arrival.remark })
        }
        Act::MeasureOrdered { .. } => return None,
    })
}

/// A notice of a row: the envelope around what is common to all, what the event says, and the document.
pub(crate) fn notice(row: &'static Row, nth: u32, said: Value, made: Made, subject: &Subject<'_>) -> Notice {
    let (case, setting) = (subject.after, subject.setting);
    let mut data = Map::new();
    data.insert("case".into(), json!(case.id));
    data.insert("step".into(), json!(case.seq));
    data.insert("number".into(), json!(case.number));
    data.insert("declaration_document_id".into(), json!(subject.declaration_id()));
    data.insert("declaration_version".into(), json!(setting.version));
    data.insert("pack".into(), json!(setting.pack.name));
    data.insert("state".into(), json!(case.state));
    data.insert("state_before".into(), json!(subject.before.state));
    data.insert("outcome".into(), json!(case.state.outcome()));
    data.insert("title".into(), json!({ "ru": row.ru, "en": row.en }));
    data.insert("details".into(), said);
    let document = match made.and_then(|paper| match paper {
        Some(paper) => wire::write_paper(&paper).map(|text| Some((paper, text))),
        None => Ok(None),
    }) {
        Ok(Some((paper, text))) => {
            let (format, version) = paper.format();
            data.insert(
                "document".into(),
                json!({
                    "id": subject.id,
                    "kind": paper.kind(),
                    "element": paper.element(),
                    "format": format.as_str(),
                    "version": version,
                    "media_type": "application/xml",
                    "content": text,
                }),
            );
            Some(paper)
        }
        Ok(None) => None,
        // The declarant still hears what happened; who runs the service reads why there is no document.
        Err(findings) => {
            data.insert("document_missing".into(), json!(findings));
            None
        }
    };
    let cloud_event = json!({
        "specversion": "1.0",
        "id": format!("{}/{}/{nth}", case.id, case.seq),
        "source": setting.source,
        "type": row.cloud_event_type(),
        "subject": case.id,
        "time": setting.now,
        "datacontenttype": "application/json",
        "data": data,
    });
    Notice { seq: case.seq, nth, kind: row.name, audience: row.audience, cloud_event, document }
}
