# Commands of the ledger: export, audit, erase, db.

cli-needs-yes = This cannot be taken back, and there is nobody at a terminal to be asked.
    .next = Give --yes if it is meant.
cli-declined = Nothing was done.
cli-audit = Audit
cli-at = when
cli-who = who
cli-about = about
cli-detail = detail
export-one-format = A run is exported as CSV or as JSON, not as both at once.
    .next = Give --csv or --json.
export-file-unwritable = The file { $file } cannot be written: { $problem }.
    .next = Close it in other programs, or give another name.
export-written = Run { $run } is in { $file }. It holds personal data: give it only to who may see them.
erase-whom = Say whom to erase.
    .next = Give either --user or --contact.
erase-ask = Blank all values of { $whom } in the domain “{ $domain }” for good?
erase-done = The values of { $whom } are blanked: operations { NUMBER($operations) }, values { NUMBER($values) }, decisions { NUMBER($decisions) }, plans { NUMBER($plans) }, links { NUMBER($links) }, rows of the section { NUMBER($section) }, verdicts { NUMBER($verdicts) }.
erase-backups = Backups made before still hold them: make a new one (usersync db backup) and delete the old ones. Webitel and Creatio were not touched.
db-bind-ask = “{ $domain }” belongs to the Webitel domain { $bound_dc } and the Creatio { $bound_creatio }. Are { $dc } and { $creatio } the same systems?
db-bound = “{ $domain }” belongs to the Webitel domain { $dc } and the Creatio { $creatio }.
db-backed-up = The ledger is copied to { $file }. It holds personal data.
db-restore-ask = Put { $file } in the place of the ledger? What the ledger learnt since is lost.
db-restored =
    The backup is in place: { $place }. The next run learns again what was made since.
    Who may use the portal is as before the restore, all logins ended, tokens only the backup knew are revoked, plans that waited expired.
db-damaged-aside = What stood in the ledger's place could not be read; it is kept as { $file }.
db-prune-ask = Let go of runs that ended more than { NUMBER($days, useGrouping: 0) } days ago? They can no longer be undone.
db-prune-never = Runs are kept for ever (retention.days = 0).
    .next = Say how old they may be: --older-than DAYS
db-pruned = { $domain }, older than { NUMBER($days, useGrouping: 0) } days: runs { NUMBER($runs) }, plans { NUMBER($plans) }
cli-not-done = Not done
cli-found = found
