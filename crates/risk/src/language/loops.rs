//! Loops: the macros `exists` and `all`, over lists of the declaration and over literal lists.

use cel::common::ast::{ComprehensionExpr, Expr, IdedExpr, LiteralValue, operators};

use super::compile::{Lowered, Lowering, Meaning, Typed, all, any};
use super::scan::{LOOPS_MAX, over_limit};
use super::tree::{Base, Cond};
use crate::error::Fault;

impl Lowering<'_> {
    /// The macros `exists` and `all` as the parser writes them out: a fold with `||` or `&&`.
    pub(super) fn comprehension(&mut self, at: &IdedExpr, inner: &ComprehensionExpr) -> Lowered<Typed> {
        let starts_true = match &inner.accu_init.expr {
            Expr::Literal(LiteralValue::Boolean(flag)) => *flag.inner(),
            _ => return Err(self.unsupported(at, "loop")),
        };
        let folds_by = if starts_true { operators::LOGICAL_AND } else { operators::LOGICAL_OR };
        let body = match &inner.loop_step.expr {
            Expr::Call(step) if step.func_name == folds_by => match step.args.as_slice() {
                [accumulator, body] if accumulator.expr == Expr::Ident(inner.accu_var.clone()) => body,
                _ => return Err(self.unsupported(at, "loop")),
            },
            _ => return Err(self.unsupported(at, "loop")),
        };
        let variable = inner.iter_var.as_str();
        let taken = ["declaration", "item", "participant", "totals", "findings", "filing", "today"];
        if inner.iter_var2.is_some()
            || taken.contains(&variable)
            || self.scope.iter().any(|(name, _)| name == variable)
        {
            let text = (format!("имя `{variable}` занято"), format!("the name `{variable}` is taken"));
            let cure = ("назовите переменную иначе, например x", "name the variable otherwise, as x");
            return Err(self.error(at, Fault::Name, (&text.0, &text.1), cure));
        }
        if let Expr::List(literal) = &inner.iter_range.expr {
            let elements = self.elements(&literal.elements)?;
            let mut parts = Vec::with_capacity(elements.len());
            for element in elements {
                parts.push(self.within(variable, Meaning::Literal(element), body)?);
            }
            return Ok(Typed::Cond(if starts_true { all(parts) } else { any(parts) }));
        }
        let around = self.scope.iter().filter(|(_, meaning)| !matches!(meaning, Meaning::Literal(_))).count();
        let depth = u8::try_from(around).ok().filter(|depth| usize::from(*depth) < LOOPS_MAX);
        let Some(depth) = depth else {
            return Err(over_limit(LOOPS_MAX, ("вложенных циклов", "nested loops")).at(self.place(at)));
        };
        let (list, meaning) = match self.lower(&inner.iter_range)? {
            Typed::Values(spot, kind) => (spot, Meaning::Value(kind, depth)),
            Typed::Records(spot, fields) => (spot, Meaning::Record(fields, depth)),
            other => return Err(self.mismatch(&inner.iter_range, ("список", "a list"), &other)),
        };
        if depth > 0 && list.holder.base != Base::Loop(depth - 1) {
            let text = (
                "внутренний цикл должен идти по списку переменной внешнего",
                "the inner loop must go through a list of the outer loop's variable",
            );
            let cure = (
                "соедините два цикла через && или ||, не вкладывая их",
                "join the two loops by && or || without nesting them",
            );
            return Err(self.error(at, Fault::Unsupported, text, cure));
        }
        let body = Box::new(self.within(variable, meaning, body)?);
        Ok(Typed::Cond(Cond::Loop { every: starts_true, list, depth, body }))
    }

    fn within(&mut self, variable: &str, meaning: Meaning, body: &IdedExpr) -> Lowered<Cond> {
        self.scope.push((variable.to_owned(), meaning));
        let lowered = self.cond(body);
        self.scope.pop();
        lowered
    }
}
