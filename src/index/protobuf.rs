//! As much of protobuf's wire format as it takes to change a few fields of a
//! message and to leave all others as they are.

/// The wire types.
const VARINT: u64 = 0;
const EIGHT: u64 = 1;
const BYTES: u64 = 2;
const FOUR: u64 = 5;

/// A field of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field<'a> {
    /// Its number in the message's definition.
    pub number: u64,
    /// What it holds, when that is a whole number.
    pub value: Option<u64>,
    /// What it holds, when that is text, bytes or a message.
    pub content: &'a [u8],
    /// All of its bytes in the message.
    pub whole: &'a [u8],
}

/// The fields of `message`, in order; nothing when it is damaged.
pub fn fields(message: &[u8]) -> Option<Vec<Field<'_>>> {
    let mut fields = Vec::new();
    let mut rest = message;
    while !rest.is_empty() {
        let start = rest;
        let tag = varint(&mut rest)?;
        let (mut value, mut content) = (None, &rest[..0]);
        match tag & 7 {
            VARINT => value = Some(varint(&mut rest)?),
            EIGHT => content = rest.split_off(..8)?,
            FOUR => content = rest.split_off(..4)?,
            BYTES => {
                let length = usize::try_from(varint(&mut rest)?).ok()?;
                content = rest.split_off(..length)?;
            }
            _ => return None,
        }
        fields.push(Field {
            number: tag >> 3,
            value,
            content,
            whole: &start[..start.len() - rest.len()],
        });
    }
    Some(fields)
}

/// The whole numbers of a repeated field, one by one or packed.
pub fn numbers(fields: &[Field<'_>], number: u64) -> Option<Vec<u64>> {
    let mut found = Vec::new();
    for field in fields.iter().filter(|field| field.number == number) {
        found.extend(field.value);
        let mut packed = field.content;
        while !packed.is_empty() {
            found.push(varint(&mut packed)?);
        }
    }
    Some(found)
}

/// Appends a field of bytes to a message.
pub fn write(message: &mut Vec<u8>, number: u64, content: &[u8]) {
    write_header(message, number, content.len());
    message.extend(content);
}

/// Appends a field that is a whole number.
pub fn write_number(message: &mut Vec<u8>, number: u64, value: u64) {
    write_varint(message, number << 3 | VARINT);
    write_varint(message, value);
}

/// Appends what stands in front of the `length` bytes of such a field.
pub fn write_header(message: &mut Vec<u8>, number: u64, length: usize) {
    write_varint(message, number << 3 | BYTES);
    write_varint(message, length as u64);
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = *bytes.split_off_first()?;
        value |= u64::from(byte & 0x7F) << shift;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

fn write_varint(message: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        message.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    message.push(value.to_le_bytes()[0]);
}

#[cfg(test)]
mod tests {
    use super::{fields, numbers, write};

    #[test]
    fn what_is_written_is_read() {
        let long = vec![7; 300];
        let mut message = Vec::new();
        write(&mut message, 1, b"short");
        write(&mut message, 2000, &long);
        message.extend([0x18, 0x96, 0x01, 0x25, 1, 2, 3, 4]);
        let found = fields(&message).unwrap();
        let held: Vec<_> = found
            .iter()
            .map(|field| (field.number, field.content))
            .collect();
        let four: &[u8] = &[1, 2, 3, 4];
        assert_eq!(
            held,
            [(1, &b"short"[..]), (2000, &long), (3, &[]), (4, four)]
        );
        assert_eq!(found[2].value, Some(150));
        let whole: Vec<u8> = found
            .iter()
            .flat_map(|field| field.whole)
            .copied()
            .collect();
        assert_eq!(whole, message);
    }

    #[test]
    fn numbers_are_read_one_by_one_and_packed() {
        let message = [0x08, 0x96, 0x01, 0x08, 0x02, 0x0A, 0x03, 0x96, 0x01, 0x03];
        let found = fields(&message).unwrap();
        assert_eq!(numbers(&found, 1), Some(vec![150, 2, 150, 3]));
    }

    #[test]
    fn a_message_that_is_cut_has_no_fields() {
        let mut message = Vec::new();
        write(&mut message, 1, &[0; 200]);
        for length in 1..message.len() {
            assert_eq!(fields(&message[..length]), None);
        }
        assert_eq!(fields(&[0xFF; 12]), None);
        assert_eq!(fields(&[0x0F]), None);
    }
}
