/// The type tag of an attribute value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "DynamoDB's own names")]
pub enum Tag {
    S,
    N,
    B,
    Bool,
    Null,
    M,
    L,
    Ss,
    Ns,
    Bs,
}

impl Tag {
    /// DynamoDB's name of the type: `S`, `N`, `B`, `BOOL`, `NULL`, `M`, `L`, `SS`, `NS` or `BS`.
    pub const fn name(self) -> &'static str {
        match self {
            Tag::S => "S",
            Tag::N => "N",
            Tag::B => "B",
            Tag::Bool => "BOOL",
            Tag::Null => "NULL",
            Tag::M => "M",
            Tag::L => "L",
            Tag::Ss => "SS",
            Tag::Ns => "NS",
            Tag::Bs => "BS",
        }
    }

    pub(super) fn parse(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"S" => Tag::S,
            b"N" => Tag::N,
            b"B" => Tag::B,
            b"BOOL" => Tag::Bool,
            b"NULL" => Tag::Null,
            b"M" => Tag::M,
            b"L" => Tag::L,
            b"SS" => Tag::Ss,
            b"NS" => Tag::Ns,
            b"BS" => Tag::Bs,
            _ => return None,
        })
    }
}
