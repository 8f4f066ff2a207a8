use std::fmt;

/// What a cleanup did.
///
/// ```
/// use singlet::cache::CleanupReport;
///
/// assert_eq!(CleanupReport::default().to_string(), "0 records seen, 0 removed, 0 kept, 0 orphans removed");
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CleanupReport {
    /// The records it looked at.
    pub seen: u64,
    /// Those it removed: inactive for too long, or ended.
    pub removed: u64,
    /// Those it would have removed, had they not been used or replaced meanwhile.
    pub kept: u64,
    /// Records without a tracker that it removed, and trackers without a record.
    pub orphans: u64,
}

impl fmt::Display for CleanupReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let CleanupReport { seen, removed, kept, orphans } = self;
        write!(f, "{seen} records seen, {removed} removed, {kept} kept, {orphans} orphans removed")
    }
}
