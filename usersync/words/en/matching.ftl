# Why a user was matched, or not. Sentences carry no values of names, e-mails or phones.

# --- parts of sentences -------------------------------------------------------------------------------------------------

matching-agreement = { $agreement ->
    [exact] the same name
    [folded] the same name in another alphabet
    [spelling] the same name in another spelling
    [equivalent] the same surname and the given name in another language
    [pet-form] the same surname and a short form of the given name
    [typo] the same name but for a letter
    [two-typos] the same name but for two letters
    [gender-form] the same name but for the ending of the surname
    [ambiguous-short-form] the same surname and a short form that stands for several given names
    [extra-word] the same words and one more
    [initial] the same surname and a fitting initial
    [similar] a name that sounds similar
    [surname-only] only the surname agrees
    [given-only] only the given name agrees
    [against-given] another given name
    [against-patronymic] another patronymic
    [against-initial] an initial that does not fit
    [against-gender] the name of a person of the other sex
    [against-name] another name
   *[none] no name to compare
}
matching-next = { $nextgrade ->
    [none] no other contact comes near
   *[other] the next best is contact { $next } (grade { $nextgrade }, { NUMBER($nextscore, useGrouping: 0) } of 100)
}
matching-supported-by = { $support ->
    [email-local] the e-mail address begins with the login
    [phone] the phone number is the same
    [account] the company is the same
   *[none] nothing else supports it
}

# --- what was decided ---------------------------------------------------------------------------------------------------

matching-rule-ignored = Left out: a human decided so.
matching-rule-verdict = Linked: a human decided on this contact.
matching-rule-keep = Linked already to this contact.
matching-rule-link-lost = The linked contact is no longer in the CRM (merged or deleted); choose another or confirm that it is gone.
matching-rule-import-anyway = Gets a contact of its own: a human decided so.
matching-rule-service = Left out: this is the name of a service, not of a person. It can be imported anyway.
matching-rule-nameless = Left out: there is no name, only a number or nothing. It can be imported anyway.
matching-rule-seat = Looks like a shared seat (a place and a number), not a person: decide once for the whole group.
matching-rule-login = The Creatio login is the Webitel username ({ matching-agreement }); a second key that leads elsewhere would make it a question.
matching-rule-manual = The contact's name is the Webitel username, and no other employee has this name ({ matching-agreement }).
matching-rule-email = The same personal e-mail address, held by nobody else ({ matching-agreement }); { matching-next }.
matching-rule-mobile = The same mobile number, held by nobody else ({ matching-agreement }); { matching-next }.
matching-rule-name = Linked by name: { matching-agreement }; the only employee with this name ({ $namesakes } others expected); { matching-next }. A second employee of this name would make it a question.
matching-rule-supported = Linked: { matching-supported-by }, and { matching-agreement }; { matching-next }. Another employee this close would make it a question.
matching-rule-keys-disagree = Login, e-mail and phone lead to different contacts; only a human can tell which one is right.
matching-rule-key-against-name = Login, e-mail or phone lead to a contact, but there is { matching-agreement } there: the key may have been passed on. It would be automatic if the names agreed.
matching-rule-key-against-better-name = Login, e-mail or phone lead to one contact, but another has the user's very name: the key may have been passed on.
matching-rule-renamed = Login, e-mail or phone and the given name agree, the surname does not: possibly renamed, for example by marriage.
matching-rule-outside-pool = The contact that fits is not an employee ({ matching-agreement }): link it, or make a separate employee contact. It would be automatic if it were an employee and nothing else stood against it.
matching-rule-rivals = { $rivals ->
    [one] Two contacts fit
   *[other] { $rivals } more contacts fit
} about equally well ({ matching-agreement }; { matching-next }). It would be automatic with a personal e-mail, a mobile number or a patronymic on both sides.
matching-rule-rival-users = { $usercount ->
    [0] Another Webitel user has the same key
    [one] Webitel user { $users } fits this contact just as well
   *[other] Webitel users { $users } fit this contact just as well
} or has it already; only a human can tell them apart.
matching-rule-common-name = For review: { matching-agreement }, but the name is common: { $namesakes } other employees of this name are to be expected. It would be automatic with a personal e-mail, a mobile number or a patronymic on both sides.
matching-rule-almost = For review: { matching-agreement }; { matching-next }. It would be automatic with an e-mail that begins with the login, the same phone, or the same company.
matching-rule-initial = For review: { matching-agreement }; { matching-next }. It would be automatic with an e-mail that begins with the login, the same phone, or the same company.
matching-rule-surname = For review: { matching-agreement }: too little to be sure; { matching-next }.
matching-rule-login-suggestion = The login suggests this contact ({ matching-agreement }); a login alone never links. It would be automatic with the full name or a personal e-mail on both sides.
matching-rule-one-word = One word is too little to find a person or to make a contact; fill in the full name in Webitel.
matching-rule-no-surname = A name without a surname is too little to find a person or to make a contact; fill in the full name in Webitel.
matching-rule-login-only = There is only a login and it suggests nobody; fill in the full name in Webitel.
matching-rule-nobody = No contact, employee or not, resembles this user; a contact is created.
matching-rule-evidence = Linked: { matching-agreement }; other columns agree as well, and { $namesakes } other people like this are to be expected; { matching-next }.

matching-candidate = { matching-agreement }{ $key ->
    [login] , the Creatio login is the username
    [manual] , the contact's name is the username
    [email] , the same e-mail address
    [mobile] , the same mobile number
   *[none] {""}
}{ $support ->
    [email-local] , the e-mail address begins with the login
    [phone] , the same phone number
    [account] , the same company
   *[none] {""}
}{ $extension ->
    [same] , the same extension (says little: extensions are inherited)
   *[other] {""}
}{ $pooled ->
    [no] ; not an employee
   *[yes] {""}
}

# --- what may be wrong with the tables ----------------------------------------------------------------------------------

matching-table = { $table ->
    [users] users
    [contacts] contacts
   *[other] { $table }
}
matching-column-missing = The table of { matching-table } has no column { $column }.
    .next = Add the column { $column } to the table, or rename the column that holds it.
matching-id-twice = An id in column { $column } of the table of { matching-table } is there more than once.
    .next = Export the table again with one row for each id in { $column }.
matching-id-blank = A row of the table of { matching-table } has nothing in column { $column }.
    .next = Export the table again with an id in every row.

# --- the command `usersync match` ---------------------------------------------------------------------------------------

matching-summary = { NUMBER($users, useGrouping: 0) } users: { NUMBER($auto, useGrouping: 0) } linked, { NUMBER($review, useGrouping: 0) } for review, { NUMBER($create, useGrouping: 0) } to be created, { NUMBER($skip, useGrouping: 0) } left out; { NUMBER($skipped, useGrouping: 0) } rows of the tables could not be read.
matching-table-empty = The table of { matching-table } is empty.
    .next = Export it again with a header row and at least the id column.
matching-no-folder = There is no folder { $path } to write the decisions to.
    .next = Make the folder, or give another path with --output.
matching-pool-unknown = Employees were asked for, but the table of contacts has neither TypeId nor Login.
    .next = Add one of the columns TypeId and Login to the export, or use --pool all.
matching-row-broken = Line { NUMBER($line, useGrouping: 0) } of the table of { matching-table } is no CSV row (a quotation mark that is never closed?); it was skipped.
matching-row-length = Line { NUMBER($line, useGrouping: 0) } of the table of { matching-table } has another number of fields than the header; it was skipped.
matching-row-bytes = Line { NUMBER($line, useGrouping: 0) } of the table of { matching-table } holds bytes that are no text; it was skipped.
matching-row-no-id = Line { NUMBER($line, useGrouping: 0) } of the table of { matching-table } has nothing in column { $column }; it was skipped.
matching-row-id-twice = Line { NUMBER($line, useGrouping: 0) } of the table of { matching-table } repeats an id in column { $column }; it was skipped.

matching-kind = { $usual ->
    [flag] true or false
    [text] a text
    [list] a list of texts
    [whole] a whole number, 0 or more
   *[number] a number, 0 or more
}
matching-setting-unknown = Matching has no setting { $setting }.
    .next = Use one of: { $known }.
matching-setting-wrong = The setting { $setting } of matching must be { matching-kind }.
    .next = Correct it in the section "matching" of the settings (docs/matching.md).
