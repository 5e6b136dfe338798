//! Elliptic curves over a prime field in the Weierstrass form y² = x³ + ax + b, and the signature equations
//! of GOST R 34.10-2012 (RFC 7091, sections 6.1 and 6.2) on them.
//!
//! Verification knows no secret and takes the fastest way: Jacobian coordinates, signed windows. What
//! touches a secret goes through [`Curve::multiply`]: a fixed window, complete addition formulas, tables
//! read in full.

use std::sync::OnceLock;

use crypto_bigint::{CtLt, Limb, Odd, Uint, Word};
use zeroize::{Zeroize, Zeroizing};

use super::field::{Field, Residue};

/// The window of the base point's table, made once for a curve: 64 points.
const BASE_WINDOW: usize = 8;
/// The window of a public key's table: 8 points.
const KEY_WINDOW: usize = 5;
/// The window of a secret multiplication: 16 points.
const SECRET_WINDOW: usize = 4;

/// A point that is not the identity.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Affine<const L: usize> {
    x: Residue<L>,
    y: Residue<L>,
}

/// (X/Z², Y/Z³); the identity has Z = 0.
#[derive(Clone, Copy)]
struct Jacobian<const L: usize> {
    x: Residue<L>,
    y: Residue<L>,
    z: Residue<L>,
}

/// (X/Z, Y/Z); the identity is (0 : 1 : 0).
#[derive(Clone, Copy)]
struct Projective<const L: usize> {
    x: Residue<L>,
    y: Residue<L>,
    z: Residue<L>,
}

impl<const L: usize> Zeroize for Projective<L> {
    fn zeroize(&mut self) {
        self.x.zeroize();
        self.y.zeroize();
        self.z.zeroize();
    }
}

/// Odd multiples of a point, 1P, 3P, 5P…: half as many as the window has values.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Multiples<const L: usize>(Vec<Affine<L>>);

/// The numbers of a parameter set in hexadecimal, each as long as the key.
pub(super) struct Numbers {
    /// The prime of the field.
    pub(super) p: &'static str,
    /// The coefficient of x.
    pub(super) a: &'static str,
    /// The constant.
    pub(super) b: &'static str,
    /// The order of the base point, a prime.
    pub(super) q: &'static str,
    /// The base point.
    pub(super) x: &'static str,
    /// Its other coordinate.
    pub(super) y: &'static str,
    /// How many times more points the curve has.
    pub(super) cofactor: u8,
}

/// A curve with its base point.
pub(super) struct Curve<const L: usize> {
    field: Field<L>,
    scalars: Field<L>,
    a: Residue<L>,
    b: Residue<L>,
    /// Whether a = −3, which makes doubling cheaper.
    a_is_minus_three: bool,
    cofactor: u8,
    base: Affine<L>,
    base_multiples: OnceLock<Option<Multiples<L>>>,
}

impl<const L: usize> Curve<L> {
    /// Bytes of a coordinate, of a scalar, of half a signature.
    pub(super) const BYTES: usize = L * Limb::BYTES;

    /// Of published numbers. Evaluated by the compiler, which stops at a number that is not one.
    pub(super) const fn new(numbers: &Numbers) -> Self {
        let p = Odd::<Uint<L>>::from_be_hex(numbers.p);
        let a = Uint::from_be_hex(numbers.a);
        let field = Field::new(p);
        Self {
            a: field.residue(&a),
            b: field.residue(&Uint::from_be_hex(numbers.b)),
            a_is_minus_three: a.wrapping_add(&Uint::from_u8(3)).cmp_vartime(p.as_ref()).is_eq(),
            cofactor: numbers.cofactor,
            base: Affine {
                x: field.residue(&Uint::from_be_hex(numbers.x)),
                y: field.residue(&Uint::from_be_hex(numbers.y)),
            },
            base_multiples: OnceLock::new(),
            scalars: Field::new(Odd::from_be_hex(numbers.q)),
            field,
        }
    }

    #[cfg(test)]
    /// The integers modulo the order of the base point.
    pub(super) fn scalars(&self) -> &Field<L> {
        &self.scalars
    }

    /// The point of these coordinates, if it can be a public key (RFC 7091, section 5.2): it is on the
    /// curve and of the order of the base point. Where the curve has more points than that (256-A, 512-C),
    /// the order is found by multiplying; elsewhere every point has it. Returned as the multiples that
    /// [`verify`](Self::verify) takes.
    pub(super) fn public(&self, x: &Uint<L>, y: &Uint<L>) -> Option<Multiples<L>> {
        let point = Affine { x: self.field.reduced_vartime(x)?, y: self.field.reduced_vartime(y)? };
        if !self.has(&point) {
            return None;
        }
        let multiples = self.odd_multiples(&point, KEY_WINDOW)?;
        (self.cofactor == 1 || self.is_order(&multiples)).then_some(multiples)
    }

    /// Whether the order of the base point is that of the point of these multiples.
    pub(super) fn is_order(&self, multiples: &Multiples<L>) -> bool {
        let product = self.combine(&Uint::ZERO, self.scalars.modulus(), multiples);
        product.is_some_and(|product| product.z.is_zero_vartime())
    }

    /// The coordinates of the point of these multiples.
    pub(super) fn coordinates(&self, multiples: &Multiples<L>) -> (Uint<L>, Uint<L>) {
        let point = &multiples.0[0];
        (self.field.integer(&point.x), self.field.integer(&point.y))
    }

    fn has(&self, point: &Affine<L>) -> bool {
        let f = &self.field;
        let x_squared = f.square(&point.x);
        let right = f.add(&f.mul(&f.add(&x_squared, &self.a), &point.x), &self.b);
        f.square(&point.y) == right
    }

    /// The digest's integer as a scalar: 1 in the place of 0 (RFC 7091, section 6.1, step 2).
    fn e(&self, digest: &Uint<L>) -> Residue<L> {
        let e = self.scalars.residue(digest);
        // A digest is no secret.
        if e.is_zero_vartime() { self.scalars.one() } else { e }
    }

    /// Whether (`r`, `s`) is the signature of `digest` by the owner of `public`.
    pub(super) fn verify(&self, digest: &Uint<L>, r: &Uint<L>, s: &Uint<L>, public: &Multiples<L>) -> bool {
        self.verified(digest, r, s, public).unwrap_or(false)
    }

    fn verified(&self, digest: &Uint<L>, r: &Uint<L>, s: &Uint<L>, public: &Multiples<L>) -> Option<bool> {
        let q = &self.scalars;
        let (r_residue, s) = (q.reduced_vartime(r)?, q.reduced_vartime(s)?);
        if r_residue.is_zero_vartime() || s.is_zero_vartime() {
            return None;
        }
        let v = q.invert_vartime(&self.e(digest))?;
        let z1 = q.integer(&q.mul(&s, &v));
        let z2 = q.integer(&q.negate(&q.mul(&r_residue, &v)));
        let point = self.combine(&z1, &z2, public)?;
        if point.z.is_zero_vartime() {
            return None;
        }
        // x mod q = r, without dividing for x: one of r, r + q, r + 2q… below p, times Z², is X.
        let z_squared = self.field.square(&point.z);
        let mut candidate = *r;
        loop {
            let x = self.field.reduced_vartime(&candidate)?;
            if self.field.mul(&x, &z_squared) == point.x {
                return Some(true);
            }
            let (next, carry) = candidate.carrying_add(q.modulus(), Limb::ZERO);
            if carry != Limb::ZERO {
                return None;
            }
            candidate = next;
        }
    }

    /// The signature (r, s) of `digest` with the secret `d` and the nonce `k`; `None` for the nonce, which
    /// nobody meets, that makes one of them zero.
    pub(super) fn sign(&self, digest: &Uint<L>, d: &Uint<L>, k: &Uint<L>) -> Option<(Uint<L>, Uint<L>)> {
        let q = &self.scalars;
        let (x, _) = self.multiply(k)?;
        let r = q.residue(&x);
        let (d, k) = (Zeroizing::new(q.residue(d)), Zeroizing::new(q.residue(k)));
        let s = q.add(&q.mul(&r, &d), &q.mul(&k, &self.e(digest)));
        (!r.is_zero_vartime() && !s.is_zero_vartime()).then(|| (q.integer(&r), q.integer(&s)))
    }

    /// `scalar` if it may be a secret: not zero, and less than the order (RFC 7091, section 5.2).
    pub(super) fn secret(&self, scalar: Uint<L>) -> Option<Zeroizing<Uint<L>>> {
        let scalar = Zeroizing::new(scalar);
        // That one is refused tells nothing of another.
        (scalar.is_nonzero() & scalar.ct_lt(self.scalars.modulus())).to_bool().then_some(scalar)
    }

    /// The nonce in the highest bits of what was drawn, as many as the order has (RFC 6979, section 2.3.2).
    pub(super) fn nonce(&self, drawn: &Uint<L>) -> Option<Zeroizing<Uint<L>>> {
        self.secret(drawn.shr_vartime(Uint::<L>::BITS - self.scalars.modulus().bit_width_vartime()))
    }

    /// The coordinates of `scalar` times the base point, in constant time; `None` for a multiple of its
    /// order.
    pub(super) fn multiply(&self, scalar: &Uint<L>) -> Option<(Uint<L>, Uint<L>)> {
        let f = &self.field;
        let base = Projective { x: self.base.x, y: self.base.y, z: f.one() };
        let identity = Projective { x: Residue::ZERO, y: f.one(), z: Residue::ZERO };
        let mut table = [identity; 1 << SECRET_WINDOW];
        for i in 1..table.len() {
            table[i] = self.add_complete(&table[i - 1], &base);
        }
        let mut sum = Zeroizing::new(identity);
        for word in Zeroizing::new(scalar.to_words()).iter().rev() {
            for shift in (0..Word::BITS as usize).step_by(SECRET_WINDOW).rev() {
                for _ in 0..SECRET_WINDOW {
                    *sum = self.add_complete(&sum, &sum);
                }
                let digit = (word >> shift) & ((1 << SECRET_WINDOW) - 1);
                let mut multiple = Zeroizing::new(identity);
                for (i, entry) in (0..).zip(&table) {
                    let chosen = equal(i, digit);
                    *multiple = Projective {
                        x: multiple.x.select(&entry.x, chosen),
                        y: multiple.y.select(&entry.y, chosen),
                        z: multiple.z.select(&entry.z, chosen),
                    };
                }
                *sum = self.add_complete(&sum, &multiple);
            }
        }
        let inverse = Zeroizing::new(f.invert(&sum.z)?);
        Some((f.integer(&f.mul(&sum.x, &inverse)), f.integer(&f.mul(&sum.y, &inverse))))
    }

    /// P + Q for any two points whose difference is not of order 2: for any two of the subgroup of the base
    /// point, whose order is odd (Renes, Costello, Batina 2016, algorithm 1).
    fn add_complete(&self, p: &Projective<L>, q: &Projective<L>) -> Projective<L> {
        let f = &self.field;
        let xx = f.mul(&p.x, &q.x);
        let yy = f.mul(&p.y, &q.y);
        let zz = f.mul(&p.z, &q.z);
        // x₁y₂ + x₂y₁ and its like.
        let cross = |a1, b1, a2, b2, aa, bb| f.sub(&f.mul(&f.add(a1, b1), &f.add(a2, b2)), &f.add(aa, bb));
        let xy = cross(&p.x, &p.y, &q.x, &q.y, &xx, &yy);
        let xz = cross(&p.x, &p.z, &q.x, &q.z, &xx, &zz);
        let yz = cross(&p.y, &p.z, &q.y, &q.z, &yy, &zz);
        let b3 = f.add(&f.double(&self.b), &self.b);
        let a_zz = f.mul(&self.a, &zz);
        let u = f.add(&f.mul(&self.a, &xz), &f.mul(&b3, &zz));
        let (less, more) = (f.sub(&yy, &u), f.add(&yy, &u));
        let s = f.add(&f.add(&f.double(&xx), &xx), &a_zz);
        let t = f.add(&f.mul(&b3, &xz), &f.mul(&self.a, &f.sub(&xx, &a_zz)));
        Projective {
            x: f.sub(&f.mul(&xy, &less), &f.mul(&yz, &t)),
            y: f.add(&f.mul(&less, &more), &f.mul(&s, &t)),
            z: f.add(&f.mul(&yz, &more), &f.mul(&xy, &s)),
        }
    }

    /// u·(the base point) + v·(the point of `multiples`), the doublings shared (Straus).
    fn combine(&self, u: &Uint<L>, v: &Uint<L>, multiples: &Multiples<L>) -> Option<Jacobian<L>> {
        let base =
            self.base_multiples.get_or_init(|| self.odd_multiples(&self.base, BASE_WINDOW)).as_ref()?;
        let terms = [(digits(u, BASE_WINDOW), base), (digits(v, KEY_WINDOW), multiples)];
        let mut sum = Jacobian { x: self.field.one(), y: self.field.one(), z: Residue::ZERO };
        for i in (0..=Uint::<L>::BITS as usize).rev() {
            sum = self.double(&sum);
            for (digits, multiples) in &terms {
                let digit = digits[i];
                if digit != 0 {
                    let Affine { x, y } = multiples.0[usize::from(digit.unsigned_abs() / 2)];
                    let y = if digit < 0 { self.field.negate(&y) } else { y };
                    sum = self.add(&sum, &Affine { x, y });
                }
            }
        }
        Some(sum)
    }

    /// The odd multiples for a window; `None` if one of them is the identity, which has no coordinates.
    fn odd_multiples(&self, point: &Affine<L>, window: usize) -> Option<Multiples<L>> {
        let first = Jacobian { x: point.x, y: point.y, z: self.field.one() };
        let twice = *self.affine(&[self.double(&first)])?.first()?;
        let count = 1 << (window - 2);
        let multiples: Vec<_> =
            std::iter::successors(Some(first), |last| Some(self.add(last, &twice))).take(count).collect();
        Some(Multiples(self.affine(&multiples)?))
    }

    /// The coordinates of points, with one division for all of them (Montgomery); `None` if one is the
    /// identity.
    fn affine(&self, points: &[Jacobian<L>]) -> Option<Vec<Affine<L>>> {
        let f = &self.field;
        let products: Vec<_> = points
            .iter()
            .scan(f.one(), |product, point| Some(std::mem::replace(product, f.mul(product, &point.z))))
            .collect();
        let (last, before) = (points.last()?, products.last()?);
        let mut inverse = f.invert_vartime(&f.mul(before, &last.z))?;
        let mut affine = Vec::with_capacity(points.len());
        for (point, before) in points.iter().zip(&products).rev() {
            let z_inverse = f.mul(&inverse, before);
            inverse = f.mul(&inverse, &point.z);
            let square = f.square(&z_inverse);
            affine.push(Affine {
                x: f.mul(&point.x, &square),
                y: f.mul(&point.y, &f.mul(&square, &z_inverse)),
            });
        }
        affine.reverse();
        Some(affine)
    }

    fn double(&self, p: &Jacobian<L>) -> Jacobian<L> {
        let f = &self.field;
        let yy = f.square(&p.y);
        let zz = f.square(&p.z);
        let s = f.double(&f.double(&f.mul(&p.x, &yy)));
        let slope = if self.a_is_minus_three {
            let product = f.mul(&f.sub(&p.x, &zz), &f.add(&p.x, &zz));
            f.add(&f.double(&product), &product)
        } else {
            let xx = f.square(&p.x);
            f.add(&f.add(&f.double(&xx), &xx), &f.mul(&self.a, &f.square(&zz)))
        };
        let x = f.sub(&f.square(&slope), &f.double(&s));
        let eight_yyyy = f.double(&f.square(&f.double(&yy)));
        Jacobian { y: f.sub(&f.mul(&slope, &f.sub(&s, &x)), &eight_yyyy), x, z: f.double(&f.mul(&p.y, &p.z)) }
    }

    fn add(&self, p: &Jacobian<L>, q: &Affine<L>) -> Jacobian<L> {
        let f = &self.field;
        if p.z.is_zero_vartime() {
            return Jacobian { x: q.x, y: q.y, z: f.one() };
        }
        let zz = f.square(&p.z);
        let h = f.sub(&f.mul(&q.x, &zz), &p.x);
        let slope = f.sub(&f.mul(&q.y, &f.mul(&zz, &p.z)), &p.y);
        if h.is_zero_vartime() && slope.is_zero_vartime() {
            return self.double(p);
        }
        // Of opposite points h is zero, and so is Z below: the identity.
        let hh = f.square(&h);
        let hhh = f.mul(&hh, &h);
        let v = f.mul(&p.x, &hh);
        let x = f.sub(&f.sub(&f.square(&slope), &hhh), &f.double(&v));
        Jacobian { y: f.sub(&f.mul(&slope, &f.sub(&v, &x)), &f.mul(&p.y, &hhh)), x, z: f.mul(&p.z, &h) }
    }
}

/// 1 if they are equal, else 0, without a branch.
fn equal(a: Word, b: Word) -> Word {
    let difference = a ^ b;
    ((difference | difference.wrapping_neg()) >> (Word::BITS - 1)) ^ 1
}

/// The signed digits of `scalar`, the lowest first, odd or zero, less than half of 2^`window` in size, of
/// which among `window` in a row one at most is not zero. One more than it has bits.
fn digits<const L: usize>(scalar: &Uint<L>, window: usize) -> Vec<i8> {
    let words = scalar.as_words();
    let width = Word::BITS as usize;
    let bits = L * width;
    // The `window` bits from `i` up.
    let from = |i: usize| {
        let (low, shift) = (i / width, i % width);
        let mut value = words[low] >> shift;
        if shift != 0 && low + 1 < L {
            value |= words[low + 1] << (width - shift);
        }
        (value & ((1 << window) - 1)) as i16
    };
    let mut digits = vec![0; bits + 1];
    let (mut i, mut carry) = (0, 0);
    while i < bits {
        let value = from(i) + carry;
        if value & 1 == 0 {
            i += 1;
            continue;
        }
        carry = i16::from(value >= 1 << (window - 1));
        // Within ±2^(window − 1), at most 128 in size and odd: an i8.
        digits[i] = (value - (carry << window)) as i8;
        i += window;
    }
    // A window that ends above the highest bit leaves no carry: what it holds is less than half of it.
    digits[bits] = i8::from(carry == 1);
    digits
}

#[cfg(test)]
impl<const L: usize> Curve<L> {
    /// Whether there is this point.
    pub(super) fn is_on(&self, x: &Uint<L>, y: &Uint<L>) -> bool {
        self.has(&Affine { x: self.field.residue(x), y: self.field.residue(y) })
    }

    /// The base point plus the point (`x`, 0).
    pub(super) fn base_moved_by(&self, x: &Uint<L>) -> (Uint<L>, Uint<L>) {
        let base = Jacobian { x: self.base.x, y: self.base.y, z: self.field.one() };
        let sum = self.add(&base, &Affine { x: self.field.residue(x), y: Residue::ZERO });
        self.coordinates(&Multiples(self.affine(&[sum]).unwrap_or_default()))
    }
}
