# Що каже клієнт Creatio. $text — власне пояснення служби, без таємниць, або "none".

creatio-login-failed = Creatio не приймає ім'я користувача і пароль{ $text ->
    [none] .
   *[said] . Відповідь: { $text }
 }
    .next = Перевірте USERSYNC_CREATIO__USERNAME і USERSYNC_CREATIO__PASSWORD, увійшовши з ними у браузері. Користувач із двофакторним входом або єдиним входом (SSO) так увійти не може: натомість задайте USERSYNC_CREATIO__CLIENT_ID і USERSYNC_CREATIO__CLIENT_SECRET.

creatio-client-refused = Служба ідентифікації Creatio не приймає client id і secret{ $text ->
    [none] .
   *[said] . Відповідь: { $text }
 }
    .next = Звірте USERSYNC_CREATIO__CLIENT_ID і USERSYNC_CREATIO__CLIENT_SECRET з дизайнером системи, «Інтегровані застосунки OAuth 2.0»; застосунок має бути активним і прив'язаним до системного користувача.

creatio-password-change-forced = Creatio вимагає, щоб користувач інтеграції спершу змінив пароль.
    .next = Увійдіть цим користувачем у браузері, задайте новий пароль і впишіть його в USERSYNC_CREATIO__PASSWORD. Безстроковий пароль або OAuth позбавлять вас цього.

creatio-login-missing = У налаштуваннях немає повних даних для входу в Creatio.
    .next = Задайте USERSYNC_CREATIO__CLIENT_ID і USERSYNC_CREATIO__CLIENT_SECRET (рекомендовано) або USERSYNC_CREATIO__USERNAME і USERSYNC_CREATIO__PASSWORD.

creatio-certificates-unreadable = Файл сертифікатів { $path } не вдалося прочитати.
    .next = Вкажіть в USERSYNC_CREATIO__CA_FILE файл сертифікатів у форматі PEM, доступний цьому обліковому запису.

creatio-proxy-invalid = Адресою проксі неможливо скористатися.
    .next = Виправте HTTPS_PROXY (або HTTP_PROXY, ALL_PROXY) у середовищі: вигляд http://proxy.example.com:3128.

creatio-identity-url-missing = Адресу служби ідентифікації не можна вгадати з { $url }.
    .next = Задайте USERSYNC_CREATIO__IDENTITY_URL. Це системне налаштування «OAuth20IdentityServerUrl» у Creatio.

creatio-identity-url-wrong = { $url } не видає токенів (HTTP { NUMBER($status, useGrouping: 0) }).
    .next = Перевірте USERSYNC_CREATIO__IDENTITY_URL. Це системне налаштування «OAuth20IdentityServerUrl» у Creatio; у хмарі це https://SITE-is.creatio.com.

creatio-login-url-wrong = { $url } — не сторінка входу Creatio (HTTP { NUMBER($status, useGrouping: 0) }).
    .next = Перевірте USERSYNC_CREATIO__URL: адреса сайту без нічого після неї, наприклад https://crm.example.com.

creatio-csrf-rejected = Creatio відхиляє міжсайтовий токен щойно виконаного входу ({ $operation }){ $text ->
    [none] .
   *[said] . Відповідь: { $text }
 }
    .next = Перевірте, чи не губить шлюз між нами та Creatio cookie або заголовок BPMCSRF. OAuth (USERSYNC_CREATIO__CLIENT_ID і USERSYNC_CREATIO__CLIENT_SECRET) не потребує ні того, ні іншого.

creatio-not-authorized = Creatio більше не приймає наш вхід, навіть щойно виконаний ({ $operation }){ $text ->
    [none] .
   *[said] . Відповідь: { $text }
 }
    .next = Перевірте, що користувач за USERSYNC_CREATIO__USERNAME або USERSYNC_CREATIO__CLIENT_ID активний, має доступ до вебслужб, і що шлюз не губить cookie чи заголовок Authorization.

creatio-rights-missing = Creatio не дозволяє користувачеві інтеграції робити це з { $entity } ({ $operation }){ $text ->
    [none] .
   *[said] . Відповідь: { $text }
 }
    .next = Надайте користувачеві інтеграції права з docs/creatio.md#rights: дизайнер системи, «Права доступу на об'єкти», об'єкт { $entity }.

creatio-url-wrong = { $url } відповідає не як OData Creatio (HTTP { NUMBER($status, useGrouping: 0) }){ $text ->
    [none] .
   *[said] : { $text }
 }
    .next = Перевірте USERSYNC_CREATIO__URL і USERSYNC_CREATIO__RUNTIME (auto, netframework або net).

creatio-redirected = { $url } надсилає нас в інше місце: { $location }.
    .next = Задайте в USERSYNC_CREATIO__URL адресу, яка відповідає насправді, з https там, де сайт його вживає.

creatio-url-unreadable = За адресою Creatio не можна звернутися.
    .next = Задайте в USERSYNC_CREATIO__URL адресу, що починається з https:// або http://, наприклад https://crm.example.com.

creatio-no-odata-root = За адресою { $url } немає OData: ні в /0/odata, ні в /odata.
    .next = Перевірте USERSYNC_CREATIO__URL. Якщо адреса правильна, задайте USERSYNC_CREATIO__RUNTIME (netframework або net) і подивіться на помилку, яка буде тоді.

creatio-entity-missing = У Creatio немає об'єкта { $entity }.
    .next = { $setting ->
        [none] Перевірте, що пакет з { $entity } установлено й опубліковано. Одразу після публікації Creatio потребує двох хвилин, щоб його показати.
       *[known] Задайте { $setting } в usersync.toml так, як об'єкт зветься в цій Creatio, або USERSYNC_CREATIO__PROFILE = classic, якщо доповнення не встановлено. Одразу після публікації Creatio потребує двох хвилин, щоб його показати.
     }

creatio-column-missing = У { $entity } цієї Creatio немає колонки { $column }.
    .next = { $setting ->
        [none] Знайдіть назву колонки в /odata/$metadata цієї Creatio.
       *[known] Задайте { $setting } в usersync.toml так, як колонка зветься в цій Creatio, або "", якщо її немає.
     }

creatio-metadata-unreadable = Опис об'єктів Creatio ({ $url }) неможливо прочитати.
    .next = Відкрийте адресу у браузері. Якщо й там помилка, скомпілюйте конфігурацію в Creatio; інакше перевірте USERSYNC_CREATIO__URL.

creatio-name-refused = «{ $name }» не може бути назвою об'єкта або колонки.
    .next = Виправте назву в creatio.mapping у usersync.toml: лише латинські літери, цифри й підкреслення.

creatio-flat-key-refused = Creatio не вміє фільтрувати за { $name }.
    .next = Фільтруйте за довідником { $lookup }; якщо { $name } не довідник, скажіть це через Field.plain.

creatio-column-twice = { $setting } і { $other } називають ту саму колонку.
    .next = Дайте кожному власну колонку в usersync.toml або задайте одному з них "".

creatio-query-too-long = Запит до Creatio задовгий: { NUMBER($length, useGrouping: 0) } символів, дозволено { NUMBER($limit, useGrouping: 0) }.
    .next = Питайте про менше значень за раз або зіставте менше колонок у creatio.mapping у usersync.toml.

creatio-invalid-request = Creatio не приймає ці значення ({ $operation }){ $text ->
    [none] .
   *[said] . Відповідь: { $text }
 }
    .next = Виправте запис у Webitel чи в Creatio або зіставлення creatio.mapping в usersync.toml і запустіть знову.

creatio-value-refused = Значення { $field } не підходить для колонки виду «{ $kind }».
    .next = Виправте запис або creatio.mapping в usersync.toml, якщо { $field } зіставлено не з тією колонкою.

creatio-text-too-long = { $field } задовге: { NUMBER($length, useGrouping: 0) } символів, Creatio приймає { NUMBER($limit, useGrouping: 0) }.
    .next = Скоротіть його у Webitel і запустіть знову. Нічого не обрізано й не записано.

creatio-record-missing = У { $entity } немає такого рядка, або користувач інтеграції його не бачить.
    .next = Перевірте, чи його не вилучено в Creatio; якщо він там є, надайте користувачеві інтеграції право читати його (docs/creatio.md#rights).

creatio-duplicate-key = Рядок із таким самим id або унікальним значенням уже є ({ $operation }){ $text ->
    [none] .
   *[said] . Відповідь: { $text }
 }
    .next = Запустіть знову: наявний рядок буде прочитано й прийнято.

creatio-record-refused = Creatio відхилила цей запис із HTTP { NUMBER($status, useGrouping: 0) } ({ $operation }){ $text ->
    [none] .
   *[said] . Відповідь: { $text }
 }
    .next = Виправте запис і запустіть знову; інших записів це не стосується.

creatio-server-failed = У Creatio стався збій, HTTP { NUMBER($status, useGrouping: 0) } ({ $operation }){ $text ->
    [none] .
   *[said] . Відповідь: { $text }
 }
    .next = Запустіть знову за кілька хвилин: записане буде розпізнано. Якщо не минає, подивіться журнал самої Creatio.

creatio-turn-missed = Creatio була зайнята: зміну не вдалося надіслати вчасно, її не надіслано ({ $operation }).
    .next = Запустіть ще раз; якщо повторюється, зменште USERSYNC_CREATIO__CONCURRENCY або запускайте, коли Creatio менш завантажена.

creatio-too-many-requests = Creatio просить звертатися рідше ({ $operation }).
    .next = Запустіть пізніше або зменште USERSYNC_CREATIO__CONCURRENCY і USERSYNC_CREATIO__REQUESTS_PER_SECOND.

creatio-unavailable = Creatio зараз недоступна ({ $operation }).
    .next = Запустіть знову, коли Creatio працюватиме: можливо, вона перезапускається або компілюється.

creatio-unreachable = Creatio недосяжна за адресою { $url } ({ $reason }).
    .next = Перевірте USERSYNC_CREATIO__URL, мережу, сертифікат (USERSYNC_CREATIO__CA_FILE) і проксі. Нічого не надіслано.

creatio-answer-lost = Creatio не відповіла ({ $operation }, { $reason }).
    .next = Запустіть знову: записане буде розпізнано. Якщо це часто, збільште USERSYNC_CREATIO__TIMEOUT.

creatio-answer-unreadable = Відповідь Creatio неможливо прочитати ({ $operation }, HTTP { NUMBER($status, useGrouping: 0) }).
    .next = Запустіть знову: записане буде розпізнано. Якщо не минає, перевірте, що шлюз між нами та Creatio робить з її відповідями.

creatio-sub-response-missing = Creatio відповіла на пакет, але не на цю його частину ({ $operation }).
    .next = Запустіть знову: рядок буде прочитано і, якщо треба, записано.

creatio-rows-missing = Creatio нараховує рядків у { $entity }: { NUMBER($count, useGrouping: 0) }, а віддала лише { NUMBER($rows, useGrouping: 0) }.
    .next = Запустіть знову, коли ніхто не вилучає рядки. Якщо не минає, зменште USERSYNC_CREATIO__PAGE_SIZE.

creatio-entity-not-there = { $required ->
    [yes] У цій Creatio немає об'єкта { $missing }.
   *[no] У цій Creatio немає об'єкта { $missing }; це не завада, він необов'язковий.
 }
    .next = { $similar ->
        [none] Задайте { $setting } в usersync.toml так, як об'єкт зветься в цій Creatio. Якщо доповнення не встановлено, USERSYNC_CREATIO__PROFILE має бути classic.
       *[found] Є { $similar }: впишіть це в { $setting } в usersync.toml.
     }

creatio-column-not-there = { $required ->
    [yes] У { $entity } цієї Creatio немає колонки { $missing }.
   *[no] У { $entity } цієї Creatio немає колонки { $missing }; це не завада, вона необов'язкова.
 }
    .next = { $similar ->
        [none] Задайте { $setting } в usersync.toml так, як колонка зветься в цій Creatio, або "", якщо її немає.
       *[found] Є { $similar }: впишіть це в { $setting } в usersync.toml.
     }

creatio-field-unknown = { $setting } не має поля «{ $field }»; є такі: { $known }.
creatio-name-not-a-name = Значення { $setting } — не назва: лише латинські літери, цифри й підкреслення.
creatio-key-is-fixed = { $setting } не можна змінити: ключ у кожній Creatio — Id.

creatio-service-missing = У цій Creatio немає служби { $method }.
    .next = Перевірте, що USERSYNC_CREATIO__URL — це сама CRM і що шлюз пропускає /rest.

creatio-operation-missing = Creatio не дозволяє цього користувачеві адміністратора: немає права на системну операцію { $operation } ({ $method }){ $text ->
    [none] .
   *[said] . Відповідь: { $text }
 }
    .next = Дизайнер системи, «Права доступу на операції», { $operation }: додайте користувача з USERSYNC_ADMINISTRATION__USERNAME (або того, до якого прив'язано застосунок OAuth) і надайте дозвіл.

creatio-service-refused = Creatio відмовляє ({ $method }){ $text ->
    [none] .
   *[said] : { $text }
 }
    .next = Зробіть це вручну в Creatio, щоб побачити все повідомлення; { $method } потребує права на системну операцію { $operation }.
