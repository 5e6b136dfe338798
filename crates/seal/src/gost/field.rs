//! Residues of an odd prime known at run time, in Montgomery form.
//!
//! The parameters, the conversions and the inversions are those of `crypto-bigint`. Multiplication, addition
//! and subtraction are written here, because its own, which reach each selection through a barrier per limb,
//! take two to six times as long, and a verification is little else; tests hold them to its results.
//!
//! Everything is constant-time in the residues except what is called `vartime`.

use std::hint::black_box;

use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{Odd, Uint, WideWord, Word};
use zeroize::Zeroize;

/// A residue: its Montgomery form, less than the modulus.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Residue<const L: usize>([Word; L]);

impl<const L: usize> Residue<L> {
    /// Zero in any field.
    pub(super) const ZERO: Self = Self([0; L]);

    /// Whether this is zero; of a secret, this tells.
    pub(super) fn is_zero_vartime(&self) -> bool {
        *self == Self::ZERO
    }

    /// `other` if `choice` is 1, `self` if it is 0.
    pub(super) fn select(&self, other: &Self, choice: Word) -> Self {
        Self(select(&self.0, &other.0, choice.wrapping_neg()))
    }
}

impl<const L: usize> Zeroize for Residue<L> {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

/// The residues of one prime.
pub(super) struct Field<const L: usize> {
    modulus: [Word; L],
    /// How much less it is than the Montgomery radix, if that is a word: so are the primes of the sets A of
    /// both sizes, of 512-C and of CryptoPro-A.
    gap: Option<Word>,
    /// −1/modulus in one word.
    negative_inverse: Word,
    one: Residue<L>,
    parameters: FixedMontyParams<L>,
}

impl<const L: usize> Field<L> {
    /// Of the prime `modulus`.
    pub(super) const fn new(modulus: Odd<Uint<L>>) -> Self {
        let parameters = FixedMontyParams::new_vartime(modulus);
        Self {
            modulus: modulus.as_ref().to_words(),
            gap: gap(modulus.as_ref()),
            negative_inverse: parameters.mod_neg_inv().0,
            one: Residue(parameters.one().to_words()),
            parameters,
        }
    }

    /// The prime.
    pub(super) fn modulus(&self) -> &Uint<L> {
        self.parameters.modulus().as_ref()
    }

    /// One.
    pub(super) fn one(&self) -> Residue<L> {
        self.one
    }

    /// The residue of any `integer`.
    pub(super) const fn residue(&self, integer: &Uint<L>) -> Residue<L> {
        Residue(FixedMontyForm::new(integer, &self.parameters).to_montgomery().to_words())
    }

    /// The residue that `integer` is, if it is less than the prime.
    pub(super) fn reduced_vartime(&self, integer: &Uint<L>) -> Option<Residue<L>> {
        integer.cmp_vartime(self.modulus()).is_lt().then(|| self.residue(integer))
    }

    /// The integer, less than the prime.
    pub(super) fn integer(&self, x: &Residue<L>) -> Uint<L> {
        self.form(x).retrieve()
    }

    fn form(&self, x: &Residue<L>) -> FixedMontyForm<L> {
        FixedMontyForm::from_montgomery(Uint::from_words(x.0), &self.parameters)
    }

    /// 1/x, but not of zero.
    pub(super) fn invert(&self, x: &Residue<L>) -> Option<Residue<L>> {
        self.form(x).invert().into_option().map(|form| Residue(form.to_montgomery().to_words()))
    }

    /// 1/x, but not of zero.
    pub(super) fn invert_vartime(&self, x: &Residue<L>) -> Option<Residue<L>> {
        self.form(x).invert_vartime().into_option().map(|form| Residue(form.to_montgomery().to_words()))
    }

    /// x·y.
    #[inline]
    pub(super) fn mul(&self, x: &Residue<L>, y: &Residue<L>) -> Residue<L> {
        let (mut low, mut high) = ([0; L], [0; L]);
        for (low, word) in low.iter_mut().zip(x.0) {
            let mut carry;
            (*low, carry) = mul_add(word, y.0[0], high[0], 0);
            for j in 1..L {
                (high[j - 1], carry) = mul_add(word, y.0[j], high[j], carry);
            }
            high[L - 1] = carry;
        }
        self.reduce([low, high])
    }

    /// x²: of two products that are equal, one, and that doubled.
    #[inline]
    pub(super) fn square(&self, x: &Residue<L>) -> Residue<L> {
        let mut product = [[0; L]; 2];
        let words = product.as_flattened_mut();
        for i in 0..L {
            let mut carry = 0;
            for j in i + 1..L {
                (words[i + j], carry) = mul_add(x.0[i], x.0[j], words[i + j], carry);
            }
            words[i + L] = carry;
        }
        let (mut above, mut carry) = (0, 0);
        for i in 0..L {
            let (low, high) = (words[2 * i], words[2 * i + 1]);
            let doubled = [(low << 1) | above, (high << 1) | (low >> (Word::BITS - 1))];
            above = high >> (Word::BITS - 1);
            let square = mul_add(x.0[i], x.0[i], doubled[0], carry);
            words[2 * i] = square.0;
            let (sum, over) = square.1.overflowing_add(doubled[1]);
            (words[2 * i + 1], carry) = (sum, Word::from(over));
        }
        self.reduce(product)
    }

    /// x + y.
    #[inline]
    pub(super) fn add(&self, x: &Residue<L>, y: &Residue<L>) -> Residue<L> {
        let (sum, carry) = add(&x.0, &y.0);
        self.subtract_once(&sum, carry)
    }

    /// 2x.
    #[inline]
    pub(super) fn double(&self, x: &Residue<L>) -> Residue<L> {
        self.add(x, x)
    }

    /// x − y.
    #[inline]
    pub(super) fn sub(&self, x: &Residue<L>, y: &Residue<L>) -> Residue<L> {
        let (difference, borrow) = sub(&x.0, &y.0);
        let mask = black_box(borrow.wrapping_neg());
        Residue(add(&difference, &self.modulus.map(|word| word & mask)).0)
    }

    /// −x.
    pub(super) fn negate(&self, x: &Residue<L>) -> Residue<L> {
        self.sub(&Residue::ZERO, x)
    }

    /// A product of residues divided by the Montgomery radix (Montgomery 1985).
    #[inline]
    fn reduce(&self, [low, high]: [[Word; L]; 2]) -> Residue<L> {
        match self.gap {
            Some(gap) => self.reduce_near(&low, &high, gap),
            None => self.reduce_any(low, &high),
        }
    }

    /// Word after word of `low` is made zero by a multiple of the modulus, and `high` moves down.
    #[inline]
    fn reduce_any(&self, low: [Word; L], high: &[Word; L]) -> Residue<L> {
        let mut words = low;
        let mut top = 0;
        for next in high {
            let factor = words[0].wrapping_mul(self.negative_inverse);
            let (_, mut carry) = mul_add(factor, self.modulus[0], words[0], 0);
            for j in 1..L {
                (words[j - 1], carry) = mul_add(factor, self.modulus[j], words[j], carry);
            }
            let (last, first) = next.overflowing_add(carry);
            let (last, second) = last.overflowing_add(top);
            words[L - 1] = last;
            top = Word::from(first | second);
        }
        self.subtract_once(&words, top)
    }

    /// The same for a modulus that is `gap` less than the radix. Of the multiples of such a modulus,
    /// `factor` times the radix less `factor` times the gap, the first add up above `low`, the second take
    /// a word and a borrow.
    #[inline]
    fn reduce_near(&self, low: &[Word; L], high: &[Word; L], gap: Word) -> Residue<L> {
        let mut factors = [0; L];
        let mut borrow = 0;
        for (factor, word) in factors.iter_mut().zip(low) {
            *factor = word.wrapping_sub(borrow).wrapping_mul(self.negative_inverse);
            (_, borrow) = mul_add(*factor, gap, borrow, 0);
        }
        let (sum, carry) = add(high, &factors);
        let mut borrows = [0; L];
        borrows[0] = borrow;
        let (difference, borrow) = sub(&sum, &borrows);
        self.subtract_once(&difference, carry - borrow)
    }

    /// `words` with `top` above them, which are less than twice the modulus, reduced.
    #[inline]
    fn subtract_once(&self, words: &[Word; L], top: Word) -> Residue<L> {
        let (difference, borrow) = sub(words, &self.modulus);
        // The difference is right unless it is negative: unless it borrows and there is nothing above.
        let negative = borrow & (top ^ 1);
        Residue(select(&difference, words, negative.wrapping_neg()))
    }
}

/// 2^(the bits of the number) − `modulus`, if that is a word.
const fn gap<const L: usize>(modulus: &Uint<L>) -> Option<Word> {
    let gap = modulus.wrapping_neg();
    if gap.bit_width_vartime() <= Word::BITS { Some(gap.to_words()[0]) } else { None }
}

/// `b` where `mask` is all ones, `a` where it is zero. The compiler must not learn that it is one of the two:
/// it would be free to branch.
#[inline]
fn select<const L: usize>(a: &[Word; L], b: &[Word; L], mask: Word) -> [Word; L] {
    let mask = black_box(mask);
    let mut selected = *a;
    for (word, other) in selected.iter_mut().zip(b) {
        *word ^= mask & (*word ^ other);
    }
    selected
}

/// a·b + c + d, the lower and the upper word: at most (B−1)² + 2(B−1) = B² − 1.
#[inline]
fn mul_add(a: Word, b: Word, c: Word, d: Word) -> (Word, Word) {
    let wide = WideWord::from(a) * WideWord::from(b) + WideWord::from(c) + WideWord::from(d);
    (wide as Word, (wide >> Word::BITS) as Word)
}

#[inline]
fn add<const L: usize>(a: &[Word; L], b: &[Word; L]) -> ([Word; L], Word) {
    let mut carry = 0;
    let mut sum = *a;
    for (word, other) in sum.iter_mut().zip(b) {
        let (low, first) = word.overflowing_add(*other);
        let (low, second) = low.overflowing_add(carry);
        (*word, carry) = (low, Word::from(first | second));
    }
    (sum, carry)
}

#[inline]
fn sub<const L: usize>(a: &[Word; L], b: &[Word; L]) -> ([Word; L], Word) {
    let mut borrow = 0;
    let mut difference = *a;
    for (word, other) in difference.iter_mut().zip(b) {
        let (low, first) = word.overflowing_sub(*other);
        let (low, second) = low.overflowing_sub(borrow);
        (*word, borrow) = (low, Word::from(first | second));
    }
    (difference, borrow)
}

#[cfg(test)]
mod tests {
    use crypto_bigint::{U256, U512};
    use proptest::prelude::*;

    use super::*;
    use crate::gost::parameters::{CRYPTO_PRO_B, TC26_A_512};

    /// Numbers with many words of zeros and of ones among them: where carries run.
    fn integer<const L: usize>() -> impl Strategy<Value = Uint<L>> {
        let word = prop_oneof![any::<Word>(), Just(0), Just(1), Just(Word::MAX), Just(1 << (Word::BITS - 1))];
        prop::collection::vec(word, L).prop_map(|words| Uint::from_words(std::array::from_fn(|i| words[i])))
    }

    fn agrees<const L: usize>(field: &Field<L>, a: &Uint<L>, b: &Uint<L>) {
        let (x, y) = (field.residue(a), field.residue(b));
        let (form_x, form_y) = (field.form(&x), field.form(&y));
        for (ours, theirs) in [
            (field.mul(&x, &y), form_x.mul(&form_y)),
            (field.square(&x), form_x.square()),
            (field.add(&x, &y), form_x.add(&form_y)),
            (field.double(&x), form_x.double()),
            (field.sub(&x, &y), form_x.sub(&form_y)),
            (field.negate(&x), form_x.neg()),
        ] {
            assert_eq!(field.integer(&ours), theirs.retrieve());
        }
        assert!(x.select(&y, 0) == x && x.select(&y, 1) == y);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]

        #[test]
        fn crypto_bigint_agrees(
            (m, a, b) in (integer(), integer(), integer()),
            (n, c, d) in (integer(), integer(), integer()),
        ) {
            agrees(&Field::new((m | U256::ONE).to_odd().unwrap()), &a, &b);
            agrees(&Field::new((n | U512::ONE).to_odd().unwrap()), &c, &d);
            agrees(CRYPTO_PRO_B.scalars(), &a, &b);
            agrees(TC26_A_512.scalars(), &c, &d);
            // Moduli near the radix.
            agrees(&Field::new((U256::MAX.shl_vartime(Word::BITS) | m | U256::ONE).to_odd().unwrap()), &a, &b);
            agrees(&Field::new((U512::MAX.shl_vartime(Word::BITS) | n | U512::ONE).to_odd().unwrap()), &c, &d);
        }
    }
}
