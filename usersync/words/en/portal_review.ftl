portal-fact-username = Webitel username
portal-fact-extension = Extension
portal-fact-email = E-mail
portal-fact-user-id = User ID
portal-fact-mobile = Mobile phone
portal-fact-phone = Phone
portal-fact-account = Account
portal-review-questions = Questions
portal-review-open =
    { $count ->
        [0] No question is open.
        [one] { $count } question is open.
       *[other] { $count } questions are open.
    }
portal-review-none = There is nothing to decide. Whoever cannot be matched beyond doubt appears here after the next run.
portal-review-candidate = Candidate { $number }
portal-review-contact-gone = This contact is not in Creatio any more.
portal-review-in-creatio = Open in Creatio
portal-review-agrees = compared with the user's name: { $how }
portal-review-said = { $author }, { $at }: { $verdict }. “{ $reason }”
portal-review-reason = Reason
portal-review-reason-given = Both sides compared in the portal
portal-review-answered = { $user }: { $answer }. The next run obeys it.
portal-review-equal = Link all { $count } of this kind to their first candidate…
portal-review-equal-ask = Link { $count } users to the first candidate of each?
portal-review-take-back = Take the last answer back (u)
portal-review-taken-back = The answer is taken back.
portal-review-nothing-given = No answer was given on this page yet.
portal-review-everything = Also the answered and those left out
portal-review-export = Export as a spreadsheet
portal-review-import = Import a spreadsheet
portal-review-imported = Taken over: { $given }. Said before: { $known }. Refused: { $refused }.
portal-review-refused = Line { $line }: { $why }
portal-review-keys = Keys: 1 2 3 link, c s a i p answer, j k next and previous, u takes the last answer back.
portal-answer-link = Link
portal-answer-not-same = Not the same
portal-answer-create = Create a contact
portal-answer-separate-contact = Separate employee contact
portal-answer-second-account = Second account of the same person
portal-answer-import-anyway = Import anyway
portal-answer-ignore = Ignore
portal-answer-postpone = Postpone for a week
portal-answer-restore = Restore the record
portal-answer-take-webitel = Take Webitel's values
portal-answer-keep-mine = Keep the values of the record
portal-review-candidate-grade = Candidate { $number } · grade { $grade }
portal-review-candidate-score = Candidate { $number } · grade { $grade }, { $score } of 100
