# What the Creatio client says. $text is the service's own explanation, redacted, or "none".

creatio-login-failed = Creatio refused the user name and password{ $text ->
    [none] .
   *[said] . It said: { $text }
 }
    .next = Check USERSYNC_CREATIO__USERNAME and USERSYNC_CREATIO__PASSWORD by logging in with them in a browser. A user with two-factor login or single sign-on cannot log in this way: set USERSYNC_CREATIO__CLIENT_ID and USERSYNC_CREATIO__CLIENT_SECRET instead.

creatio-client-refused = Creatio's identity service refused the client id and secret{ $text ->
    [none] .
   *[said] . It said: { $text }
 }
    .next = Check USERSYNC_CREATIO__CLIENT_ID and USERSYNC_CREATIO__CLIENT_SECRET against System Designer, "OAuth 2.0 integrated applications"; the application has to be active and bound to a system user.

creatio-password-change-forced = Creatio wants the integration user to change the password before anything else.
    .next = Log in as that user in a browser, set a new password and put it into USERSYNC_CREATIO__PASSWORD. A password that does not expire, or OAuth, spares you this.

creatio-login-missing = The settings name no complete way to log in to Creatio.
    .next = Set USERSYNC_CREATIO__CLIENT_ID and USERSYNC_CREATIO__CLIENT_SECRET (recommended), or USERSYNC_CREATIO__USERNAME and USERSYNC_CREATIO__PASSWORD.

creatio-certificates-unreadable = The file of certificates { $path } cannot be read.
    .next = Set USERSYNC_CREATIO__CA_FILE to a file of certificates in PEM form that this account may read.

creatio-proxy-invalid = The address of the proxy cannot be used.
    .next = Correct HTTPS_PROXY (or HTTP_PROXY, ALL_PROXY) in the environment: http://proxy.example.com:3128 is the form.

creatio-identity-url-missing = The address of the identity service cannot be guessed from { $url }.
    .next = Set USERSYNC_CREATIO__IDENTITY_URL. It is the system setting "OAuth20IdentityServerUrl" in Creatio.

creatio-identity-url-wrong = { $url } gives out no tokens (HTTP { NUMBER($status, useGrouping: 0) }).
    .next = Check USERSYNC_CREATIO__IDENTITY_URL. It is the system setting "OAuth20IdentityServerUrl" in Creatio; in the cloud it is https://SITE-is.creatio.com.

creatio-login-url-wrong = { $url } is not the login of a Creatio (HTTP { NUMBER($status, useGrouping: 0) }).
    .next = Check USERSYNC_CREATIO__URL: the address of the site without anything after it, such as https://crm.example.com.

creatio-csrf-rejected = Creatio rejected the cross-site token of a fresh login ({ $operation }){ $text ->
    [none] .
   *[said] . It said: { $text }
 }
    .next = Look whether a gateway between here and Creatio drops the cookie or the header BPMCSRF. OAuth (USERSYNC_CREATIO__CLIENT_ID and USERSYNC_CREATIO__CLIENT_SECRET) needs neither.

creatio-not-authorized = Creatio does not accept our login any more, not even a fresh one ({ $operation }){ $text ->
    [none] .
   *[said] . It said: { $text }
 }
    .next = Check that the user behind USERSYNC_CREATIO__USERNAME or USERSYNC_CREATIO__CLIENT_ID is active, has access to the web services, and that no gateway drops cookies or the Authorization header.

creatio-rights-missing = Creatio does not allow the integration user to do this with { $entity } ({ $operation }){ $text ->
    [none] .
   *[said] . It said: { $text }
 }
    .next = Give the integration user the rights listed in docs/creatio.md#rights: System Designer, "Object permissions", object { $entity }.

creatio-url-wrong = { $url } answers with something that is not Creatio's OData (HTTP { NUMBER($status, useGrouping: 0) }){ $text ->
    [none] .
   *[said] : { $text }
 }
    .next = Check USERSYNC_CREATIO__URL and USERSYNC_CREATIO__RUNTIME (auto, netframework or net).

creatio-redirected = { $url } sends us elsewhere: { $location }.
    .next = Set USERSYNC_CREATIO__URL to the address that finally answers, with https where the site uses it.

creatio-url-unreadable = The address of Creatio is not one that can be called.
    .next = Set USERSYNC_CREATIO__URL to an address that begins with https:// or http://, such as https://crm.example.com.

creatio-no-odata-root = There is no OData at { $url }: neither at /0/odata nor at /odata.
    .next = Check USERSYNC_CREATIO__URL. If the address is right, set USERSYNC_CREATIO__RUNTIME to netframework or net and look at the error that comes then.

creatio-entity-missing = Creatio has no entity { $entity }.
    .next = { $setting ->
        [none] Check that the package with { $entity } is installed and published. Just after a publication Creatio needs two minutes to show it.
       *[known] Set { $setting } in usersync.toml to the name this Creatio uses, or USERSYNC_CREATIO__PROFILE to classic where the add-on is not installed. Just after a publication Creatio needs two minutes to show it.
     }

creatio-column-missing = { $entity } has no column { $column } in this Creatio.
    .next = { $setting ->
        [none] Look up the column's name in /odata/$metadata of this Creatio.
       *[known] Set { $setting } in usersync.toml to the name this Creatio uses, or to "" if it has none.
     }

creatio-metadata-unreadable = Creatio's description of its entities ({ $url }) cannot be read.
    .next = Open the address in a browser. If it fails there too, compile the configuration in Creatio; otherwise check USERSYNC_CREATIO__URL.

creatio-name-refused = "{ $name }" cannot be the name of an entity or a column.
    .next = Correct the name under creatio.mapping in usersync.toml: letters, digits and underscores only.

creatio-flat-key-refused = Creatio cannot filter by { $name }.
    .next = Filter by the lookup { $lookup }; if { $name } is no lookup, say so with Field.plain.

creatio-column-twice = { $setting } and { $other } name the same column.
    .next = Give each of them its own column in usersync.toml, or set one of them to "".

creatio-query-too-long = The question to Creatio is too long: { NUMBER($length, useGrouping: 0) } characters, { NUMBER($limit, useGrouping: 0) } are allowed.
    .next = Ask for fewer values at once, or map fewer columns under creatio.mapping in usersync.toml.

creatio-invalid-request = Creatio does not accept these values ({ $operation }){ $text ->
    [none] .
   *[said] . It said: { $text }
 }
    .next = Correct the record in Webitel or in Creatio, or the mapping under creatio.mapping in usersync.toml, and run again.

creatio-value-refused = The value of { $field } is not one for a column of the kind "{ $kind }".
    .next = Correct the record, or creatio.mapping in usersync.toml if { $field } is mapped to the wrong column.

creatio-text-too-long = { $field } is too long: { NUMBER($length, useGrouping: 0) } characters, Creatio takes { NUMBER($limit, useGrouping: 0) }.
    .next = Shorten it in Webitel and run again. Nothing was cut and nothing was written.

creatio-record-missing = There is no such row in { $entity }, or the integration user may not see it.
    .next = Look whether it was deleted in Creatio; if it is there, give the integration user the right to read it (docs/creatio.md#rights).

creatio-duplicate-key = A row with the same id or the same unique value exists already ({ $operation }){ $text ->
    [none] .
   *[said] . It said: { $text }
 }
    .next = Run again: the row that is there is read and adopted.

creatio-record-refused = Creatio refused this record with HTTP { NUMBER($status, useGrouping: 0) } ({ $operation }){ $text ->
    [none] .
   *[said] . It said: { $text }
 }
    .next = Correct the record and run again; the other records are not affected.

creatio-server-failed = Creatio failed with HTTP { NUMBER($status, useGrouping: 0) } ({ $operation }){ $text ->
    [none] .
   *[said] . It said: { $text }
 }
    .next = Run again in a few minutes: what was written is recognised. If it stays, look into Creatio's own log.

creatio-turn-missed = Creatio was busy: the change could not be sent in time, and was not sent ({ $operation }).
    .next = Run again; if it stays so, lower USERSYNC_CREATIO__CONCURRENCY, or run when Creatio has less to do.

creatio-too-many-requests = Creatio asks us to slow down ({ $operation }).
    .next = Run again later, or lower USERSYNC_CREATIO__CONCURRENCY and USERSYNC_CREATIO__REQUESTS_PER_SECOND.

creatio-unavailable = Creatio is not available at the moment ({ $operation }).
    .next = Run again when Creatio is up: it may be restarting or compiling.

creatio-unreachable = Creatio cannot be reached at { $url } ({ $reason }).
    .next = Check USERSYNC_CREATIO__URL, the network, the certificate (USERSYNC_CREATIO__CA_FILE) and the proxy. Nothing was sent.

creatio-answer-lost = Creatio did not answer ({ $operation }, { $reason }).
    .next = Run again: what was written is recognised. If it happens often, raise USERSYNC_CREATIO__TIMEOUT.

creatio-answer-unreadable = Creatio's answer cannot be read ({ $operation }, HTTP { NUMBER($status, useGrouping: 0) }).
    .next = Run again: what was written is recognised. If it stays, look what a gateway between here and Creatio does to its answers.

creatio-sub-response-missing = Creatio answered the batch but not this part of it ({ $operation }).
    .next = Run again: the row is read back and, if need be, written.

creatio-rows-missing = Creatio counts { NUMBER($count, useGrouping: 0) } rows of { $entity } but gave only { NUMBER($rows, useGrouping: 0) }.
    .next = Run again when nobody is deleting rows. If it stays, lower USERSYNC_CREATIO__PAGE_SIZE.

creatio-entity-not-there = { $required ->
    [yes] This Creatio has no entity { $missing }.
   *[no] This Creatio has no entity { $missing }; that is fine, it is optional.
 }
    .next = { $similar ->
        [none] Set { $setting } in usersync.toml to the name this Creatio uses. Where the add-on is not installed, USERSYNC_CREATIO__PROFILE has to be classic.
       *[found] There is { $similar }: set { $setting } in usersync.toml to that.
     }

creatio-column-not-there = { $required ->
    [yes] { $entity } has no column { $missing } in this Creatio.
   *[no] { $entity } has no column { $missing } in this Creatio; that is fine, it is optional.
 }
    .next = { $similar ->
        [none] Set { $setting } in usersync.toml to the column this Creatio uses, or to "" if it has none.
       *[found] There is { $similar }: set { $setting } in usersync.toml to that.
     }

creatio-field-unknown = { $setting } knows no field "{ $field }"; it has { $known }.
creatio-name-not-a-name = The value of { $setting } is not a name: letters, digits and underscores only.
creatio-key-is-fixed = { $setting } cannot be changed: the key is Id in every Creatio.

creatio-service-missing = This Creatio has no service { $method }.
    .next = Look whether USERSYNC_CREATIO__URL is the CRM itself, and whether a gateway lets /rest through.

creatio-operation-missing = Creatio does not let the administrator's user do this: the right to the system operation { $operation } is missing ({ $method }){ $text ->
    [none] .
   *[said] . It says: { $text }
 }
    .next = System Designer, "Operation permissions", { $operation }: add the user of USERSYNC_ADMINISTRATION__USERNAME (or of the OAuth application) with the permission granted.

creatio-service-refused = Creatio says no ({ $method }){ $text ->
    [none] .
   *[said] : { $text }
 }
    .next = Do it by hand in Creatio to see the whole message; { $method } needs the right to the system operation { $operation }.
