//! Holds a value to a JSON Schema, as far as ours use it. A keyword that is
//! not known here fails, so that none is passed over in silence; so does a
//! field that a schema with `properties` does not name.

use serde_json::Value;

/// Keywords that say nothing about a value.
const WORDS: &[&str] = &["$defs", "default", "description", "title"];

/// What is wrong with `value`, each with its place; `root` holds what `$ref`
/// points to.
pub fn faults(root: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    check(root, schema, value, "$", &mut faults);
    faults
}

fn check(root: &Value, schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) {
    for (keyword, wanted) in schema.as_object().expect("a schema") {
        let fine = match keyword.as_str() {
            word if WORDS.contains(&word) => true,
            "$ref" => {
                let way = wanted.as_str().and_then(|way| way.strip_prefix('#'));
                let target = root.pointer(way.expect("a place in the document"));
                check(root, target.expect("a schema"), value, at, faults);
                true
            }
            "type" => match wanted {
                Value::Array(all) => all.iter().any(|one| is_of(value, one)),
                one => is_of(value, one),
            },
            "const" => value == wanted,
            "enum" => wanted.as_array().expect("a list").contains(value),
            "minimum" => !value.is_number() || value.as_f64() >= wanted.as_f64(),
            "maximum" => !value.is_number() || value.as_f64() <= wanted.as_f64(),
            "minLength" => length(value).is_none_or(|length| length >= number(wanted)),
            "maxLength" => length(value).is_none_or(|length| length <= number(wanted)),
            "minItems" => value
                .as_array()
                .is_none_or(|items| items.len() >= number(wanted)),
            "oneOf" => {
                let all = wanted.as_array().expect("a list").iter();
                let fitting = all.filter(|one| self::faults(root, one, value).is_empty());
                fitting.count() == 1
            }
            "items" => {
                for (place, item) in value.as_array().into_iter().flatten().enumerate() {
                    check(root, wanted, item, &format!("{at}[{place}]"), faults);
                }
                true
            }
            "required" => {
                let all = wanted.as_array().expect("a list").iter();
                let missing = all.filter(|name| value.get(name.as_str().unwrap()).is_none());
                faults.extend(missing.map(|name| format!("{at}: no {name}")));
                true
            }
            "properties" => {
                for (name, inner) in value.as_object().into_iter().flatten() {
                    match wanted.get(name) {
                        Some(known) => check(root, known, inner, &format!("{at}.{name}"), faults),
                        None => faults.push(format!("{at}.{name}: not in the schema")),
                    }
                }
                true
            }
            // Held to it everywhere, see above.
            "additionalProperties" => *wanted == Value::Bool(false),
            unknown => panic!("{at}: the keyword `{unknown}` is not known to the test"),
        };
        if !fine {
            faults.push(format!("{at}: {value} against `{keyword}`: {wanted}"));
        }
    }
}

fn is_of(value: &Value, kind: &Value) -> bool {
    match kind.as_str().expect("the name of a type") {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        unknown => panic!("no type is called `{unknown}`"),
    }
}

fn length(value: &Value) -> Option<usize> {
    value.as_str().map(|text| text.chars().count())
}

fn number(value: &Value) -> usize {
    usize::try_from(value.as_u64().expect("a number")).unwrap()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::faults;

    #[test]
    fn a_wrong_value_is_found_where_it_stands() {
        let schema = json!({
            "type": "object",
            "properties": { "a": { "type": "array", "items": { "$ref": "#/$defs/b" } }, "c": {} },
            "required": ["a", "c"],
            "$defs": { "b": { "oneOf": [{ "type": "integer", "minimum": 1 }, { "enum": ["x"] }] } },
        });
        let check = |value, expected: &[&str]| {
            let found = faults(&schema, &schema, &value);
            let places = found.iter().map(|fault| fault.split(':').next().unwrap());
            assert_eq!(places.collect::<Vec<_>>(), expected, "{found:?}");
        };
        check(json!({ "a": [1, "x"], "c": null }), &[]);
        check(json!({ "a": [0, "y", 2] }), &["$.a[0]", "$.a[1]", "$"]);
        check(json!({ "a": [], "c": 1, "d": 1 }), &["$.d"]);
        check(json!([]), &["$", "$", "$"]);
    }
}
