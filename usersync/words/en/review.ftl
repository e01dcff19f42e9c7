# Human review: what verdicts lead to, what is refused, the command and its spreadsheet.

# --- in the plan --------------------------------------------------------------------------------------------------------

review-linked = a human decided on this contact
review-second-account = a human said that this is a second account of the same person
review-restored = a human said that the record shall be made again
review-ignored = left out: a human decided so
review-postponed = postponed until { $until } (UTC)
    .next = It is asked again after that day; an answer before then ends the postponement.
review-still-open = a contact was proposed for it and nobody has answered; it is not there any more, and none is created unasked
    .next = Say “create”, or link it: usersync review decide
review-contact-missing = verdict { NUMBER($number, useGrouping: 0) } links it to contact { $contact }, which is not in Creatio any more
    .next = Withdraw the verdict and choose another contact: usersync review withdraw
review-contact-portal = verdict { NUMBER($number, useGrouping: 0) } links it to contact { $contact }, which belongs to a portal user: a customer
    .next = Withdraw the verdict; say “separate-contact” if the person works here too.
review-contact-taken = verdict { NUMBER($number, useGrouping: 0) } links it to contact { $contact }, which is linked to Webitel user { $user }
    .next = Withdraw the verdict; say “second-account” if both accounts are one person's, else say “not-same” of the other user first.
review-contact-ruled-out = its record has a contact that a human ruled out
    .next = Say which contact it is (“link”), or “create”.
review-verdicts-changed = Somebody said something else of Webitel user { $user } after plan { $plan } was made; the plan is not carried out.
    .next = Make a new plan: usersync run --preview

# --- what is refused ----------------------------------------------------------------------------------------------------

review-user-unknown = The last runs of the domain “{ $domain }” know no Webitel user “{ $user }”.
    .next = Look at the list: usersync review list --all
review-user-ambiguous = “{ $user }” is more than one Webitel user: { $ids }.
    .next = Give the User ID; where one user's username is the id of another, change the username in Webitel.
review-no-reason = A verdict needs a reason.
    .next = Say in a few words why: --reason
review-until-past = A postponement needs a day that is still to come.
    .next = Give it as --until 2027-01-31.
review-until-unreadable = “{ $until }” is no date.
    .next = Give it as 2027-01-31.
review-nothing-deleted = No record of Webitel user { $user } was deleted by hand: there is nothing to restore.
    .next = Look at what is asked: usersync review list --all
review-nothing-differs = No field of Webitel user { $user } differs from what was entered by hand.
    .next = Look at what is asked: usersync review list
review-linked-already = Webitel user { $user } is linked to contact { $contact } already.
    .next = If that is the wrong person, say “not-same” first.
review-contact-not-an-id = The contact given is no id of a contact.
    .next = Give the id that the list shows, 36 characters such as 7f6c0a52-….
review-which-contact = “{ $verdict }” needs a contact, and { $count ->
        [0] none was proposed
       *[other] { NUMBER($count) } were proposed
    }.
    .next = Name it: --contact and its id; in the spreadsheet put the number of the candidate, or the id, after the verdict.
review-nothing-to-withdraw = Nothing of the kind was said of Webitel user { $user } that is not carried out yet.
    .next = Look at what was said: usersync review list --all. What a run has done is taken back by usersync undo.
review-verdict-unknown = “{ $verdict }” is no verdict. Allowed: { $allowed }.
    .next = Use one of these words.

# --- the spreadsheet ----------------------------------------------------------------------------------------------------

review-sheet-unreadable = The file is no spreadsheet of usersync: { $problem ->
        [encoding] its text is not UTF-8
        [empty] it is empty
       *[header] its columns are not those of an export
    }.
    .next = Export it again, and save it as “CSV UTF-8”.
review-sheet-other-domain = The file was exported from the domain “{ $found }”, not from “{ $domain }”; nothing of it was taken over.
    .next = Name the right domain: --domain
review-sheet-row-short = The line has another number of cells than the header.
    .next = Export again and put the answer into the new file.
review-sheet-outdated = What is asked about this user has changed since the export: its candidates or values are others now.
    .next = Export again and answer the new question.
review-sheet-answered = Nothing is asked about this user any more.
    .next = Delete the line, or answer by command: usersync review decide
review-sheet-no-candidate = There is no candidate { NUMBER($number, useGrouping: 0) }.
    .next = Put the number of a candidate in this line, or the id of a contact.
review-sheet-surplus = Behind “{ $verdict }” stands something that does not belong there.
    .next = Put nothing behind it.

# --- the command --------------------------------------------------------------------------------------------------------

review-title = Questions to a human
review-nothing-asked = Nothing is asked.
review-candidates = candidates
review-said = said
review-candidate = { $number }. { $contact } · { $grade } · { $reason }
review-given = Verdict { NUMBER($number, useGrouping: 0) } on { $user }: { $kind }. It is obeyed from the next run on.
review-answered = { $user }: the answer is kept. It is obeyed from the next run on.
review-nothing-said = No answer of { $author } stands that is not carried out yet.
    .next = Look at what was said: usersync review list --all. What a run has done is taken back by usersync undo.
review-withdraw-whose = Say whose answers are taken back: a user, or --last for the last answer you gave.
    .next = usersync review withdraw USER, or usersync review withdraw --last
review-withdrawn-last = Taken back: “{ $verdict }” of Webitel user { $user }.
review-withdrawn =
    { $count ->
        [one] { $count } answer is withdrawn.
       *[other] { $count } answers are withdrawn.
    }
review-exported =
    { $count ->
        [one] { $count } question is in { $file }.
       *[other] { $count } questions are in { $file }.
    }
review-imported = Taken over: { NUMBER($given) }; known already: { NUMBER($known) }; without an answer: { NUMBER($blank) }; refused: { NUMBER($refused) }.
review-line = line { NUMBER($line, useGrouping: 0) }: { $problem }
review-file-unwritable = The file { $file } cannot be written: { $problem }.
    .next = Close it in the spreadsheet program, or give another name.
review-file-unreadable = The file { $file } cannot be read: { $problem }.
    .next = Check its path.
