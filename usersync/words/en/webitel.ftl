# Webitel over HTTP. { $url } never has a query, { $detail } is redacted.

webitel-error = Webitel did not do what was asked: { $method } { $url } ({ NUMBER($status, useGrouping: 0) }).
    .next = Look at the run's log for the request, and at Webitel's own log.

webitel-address-invalid = { $url } is not the address of a Webitel.
    .next = Set USERSYNC_WEBITEL__URL to an address like https://webitel.example.com, without user name, password or query.

webitel-credentials-invalid = The login or the password for Webitel is empty.
    .next = Set USERSYNC_WEBITEL__USERNAME and USERSYNC_WEBITEL__PASSWORD, or USERSYNC_WEBITEL__TOKEN instead of both.

webitel-token-invalid = The token for Webitel is empty or has characters that no token has.
    .next = Set USERSYNC_WEBITEL__TOKEN to the token as Webitel showed it when it was made, without quotes or spaces.

webitel-certificates-unreadable = The file of certificates { $path } cannot be read.
    .next = Set USERSYNC_WEBITEL__CA_FILE to a file of certificates in PEM form that this account may read.

webitel-proxy-invalid = The address of the proxy cannot be used.
    .next = Correct HTTPS_PROXY (or HTTP_PROXY, ALL_PROXY) in the environment: http://proxy.example.com:3128 is the form.

webitel-not-json = The answer to { $method } { $url } is not JSON: this is not Webitel's API.
    .next = Check USERSYNC_WEBITEL__URL: it must lead to Webitel itself, and to its API below /api.

webitel-html-page = { $method } { $url } was answered with a web page (status { NUMBER($status, useGrouping: 0) }), not by Webitel's API.
    .next = Check USERSYNC_WEBITEL__URL. If the address is right, a proxy, a firewall or a sign-in page stands before Webitel: let this machine through.

webitel-redirected = { $method } { $url } was sent on to { $location }. Redirects are not followed, so that the token goes nowhere else.
    .next = If that is where Webitel lives now, set USERSYNC_WEBITEL__URL to it (https instead of http is the usual case).

webitel-path-missing = There is no { $url } (404).
    .next = Check USERSYNC_WEBITEL__URL. If the address is right, this Webitel is too old to have it.

webitel-certificate-refused = The certificate of { $url } could not be verified: { $detail }
    .next = If the company has its own certificate authority, set USERSYNC_WEBITEL__CA_FILE to the file of its certificates.

webitel-not-authorized = Webitel does not accept the token (401): { $detail }
    .next = Make a new token for the service account in Webitel and set USERSYNC_WEBITEL__TOKEN.

webitel-not-authorized-after-login = Webitel refuses the token that it gave out a moment ago (401): { $detail }
    .next = Check in Webitel that the service account (USERSYNC_WEBITEL__USERNAME) is neither blocked nor logged out by somebody, and that the clocks of its servers agree.

webitel-login-refused = Webitel refused the login of the service account ({ NUMBER($status, useGrouping: 0) }): { $detail }
    .next = Check USERSYNC_WEBITEL__USERNAME, USERSYNC_WEBITEL__PASSWORD and USERSYNC_WEBITEL__DOMAIN. It is not tried again, so as not to lock the account.

webitel-second-factor = The service account signs in with a second factor, and nobody is here to type the code.
    .next = Make a token for the service account in Webitel and set USERSYNC_WEBITEL__TOKEN, or switch the second factor off for this account.

webitel-permission-denied = The service account may not do this: { $method } { $url } (403, { $error_id }): { $detail }
    .next = Give the service account the right in Webitel. Licences need manage_user_license, roles manage_user_roles; docs/webitel.md lists them all.

webitel-no-license = The service account itself has no valid Webitel licence ({ $error_id }): { $detail }
    .next = Assign a CALL_CENTER or CALL_MANAGER licence to the service account in Webitel, or renew the one that expired.

webitel-query-refused = Webitel refused to answer { $method } { $url } ({ NUMBER($status, useGrouping: 0) }, { $error_id }): { $detail }
    .next = This Webitel may be older than the ones this program knows. Report the sentence above to whoever maintains it.

webitel-member-unknown = A Webitel user has no such members to write: { $members }.
    .next = This is a mistake in the program: report it.

webitel-unexpected-answer = The answer to { $method } { $url } is not in a form this program knows (at { $places }).
    .next = Webitel may have been updated. Report the sentence above to whoever maintains this program; nothing was guessed.

webitel-paging-broken = The list { $url } could not be read completely.
    .next = Run it again in some minutes. If it stays so, look whether a proxy before Webitel (USERSYNC_WEBITEL__URL) caches answers.

webitel-not-found = Webitel does not have { $url } (404).
    .next = It was deleted in Webitel meanwhile, or the service account may not see it.

webitel-refused = Webitel refused { $method } { $url } ({ NUMBER($status, useGrouping: 0) }, { $error_id }): { $detail }
    .next = Correct the user in Webitel or in Creatio as the text says; all others go on.

webitel-turn-missed = Webitel was busy: the change could not be sent in time, and was not sent.
    .next = Run again; if it stays so, lower USERSYNC_WEBITEL__CONCURRENCY, or run when Webitel has less to do.
webitel-too-many-requests = Webitel asks for fewer requests (429).
    .next = Run it again later, or lower USERSYNC_WEBITEL__REQUESTS_PER_SECOND.

webitel-server-failed = Webitel failed ({ NUMBER($status, useGrouping: 0) }) on { $method } { $url }: { $detail }
    .next = Run it again in some minutes. If it stays so, give the request id to whoever looks after Webitel.

webitel-unreachable = Webitel cannot be reached at { $url }: { $detail }
    .next = Check USERSYNC_WEBITEL__URL, the network and, if there is one, the proxy (HTTPS_PROXY).

webitel-answer-lost = Webitel did not answer { $method } { $url }: { $detail }
    .next = Run it again. What may have been written is read back first.

webitel-answer-garbled = The answer to { $method } { $url } stops in the middle.
    .next = Run it again. If it stays so, look at the proxy before Webitel (USERSYNC_WEBITEL__URL).

# Why a list is not trusted

webitel-problem-overlap = { $count ->
        [one] One entry came on two pages of the list.
       *[other] { $count } entries came on two pages of the list.
    }

webitel-problem-uneven = Pages in the middle of the list are of different lengths.

webitel-problem-promised-page-empty = A page of the list promised another one, which is empty.

webitel-problem-next-missing = A page of the list said it is the last, and more entries came after it.

webitel-problem-wrong-page = Page { $asked } of the list was asked for and page { $got } came.

webitel-problem-empty-page = Page { $page } of the list is empty and promises more.

webitel-problem-endless = The list has no end: { $pages } pages were read.

webitel-problem-reads-differ = Two readings of the list differ: { $first ->
        [one] one entry
       *[other] { $first } entries
    } the first time, { $second ->
        [one] one entry
       *[other] { $second } entries
    } the second, or the same ones with other contents.

webitel-problem-unasked = { $count ->
        [one] One entry came that nobody asked for: this Webitel does not select by id.
       *[other] { $count } entries came that nobody asked for: this Webitel does not select by id.
    }
