# Webitel через HTTP. У { $url } ніколи немає параметрів запиту, { $detail } очищено від особистого.

webitel-error = Webitel не виконав запит: { $method } { $url } ({ NUMBER($status, useGrouping: 0) }).
    .next = Знайдіть запит у журналі запуску та в журналі самого Webitel.

webitel-address-invalid = { $url } не є адресою Webitel.
    .next = Вкажіть в USERSYNC_WEBITEL__URL адресу на зразок https://webitel.example.com, без імені користувача, пароля та параметрів.

webitel-credentials-invalid = Логін або пароль до Webitel порожній.
    .next = Задайте USERSYNC_WEBITEL__USERNAME і USERSYNC_WEBITEL__PASSWORD або замість них USERSYNC_WEBITEL__TOKEN.

webitel-token-invalid = Токен до Webitel порожній або містить символи, яких у токені не буває.
    .next = Вкажіть в USERSYNC_WEBITEL__TOKEN токен таким, яким його показав Webitel під час створення, без лапок і пробілів.

webitel-certificates-unreadable = Файл сертифікатів { $path } не вдалося прочитати.
    .next = Вкажіть в USERSYNC_WEBITEL__CA_FILE файл сертифікатів у форматі PEM, доступний цьому обліковому запису.

webitel-proxy-invalid = Адресою проксі неможливо скористатися.
    .next = Виправте HTTPS_PROXY (або HTTP_PROXY, ALL_PROXY) у середовищі: вигляд http://proxy.example.com:3128.

webitel-not-json = Відповідь на { $method } { $url } не є JSON: це не API Webitel.
    .next = Перевірте USERSYNC_WEBITEL__URL: адреса має вести до самого Webitel, його API лежить під /api.

webitel-html-page = На { $method } { $url } відповіла вебсторінка (статус { NUMBER($status, useGrouping: 0) }), а не API Webitel.
    .next = Перевірте USERSYNC_WEBITEL__URL. Якщо адреса правильна, перед Webitel стоїть проксі, фаєрвол або сторінка входу: дозвольте доступ цій машині.

webitel-redirected = { $method } { $url } переспрямовано на { $location }. Програма не йде за переспрямуваннями, щоб токен не потрапив деінде.
    .next = Якщо Webitel тепер там, вкажіть цю адресу в USERSYNC_WEBITEL__URL (найчастіше це https замість http).

webitel-path-missing = Адреси { $url } не існує (404).
    .next = Перевірте USERSYNC_WEBITEL__URL. Якщо адреса правильна, цей Webitel застарий і ще не має такої можливості.

webitel-certificate-refused = Не вдалося перевірити сертифікат { $url }: { $detail }
    .next = Якщо компанія має власний центр сертифікації, вкажіть в USERSYNC_WEBITEL__CA_FILE файл з його сертифікатами.

webitel-not-authorized = Webitel не приймає токен (401): { $detail }
    .next = Створіть у Webitel новий токен для службового облікового запису та вкажіть його в USERSYNC_WEBITEL__TOKEN.

webitel-not-authorized-after-login = Webitel не приймає токен, який щойно видав (401): { $detail }
    .next = Перевірте у Webitel, що службовий обліковий запис (USERSYNC_WEBITEL__USERNAME) не заблоковано, що його сеанс ніхто не завершує і що годинники серверів збігаються.

webitel-login-refused = Webitel відмовив службовому обліковому запису у вході ({ NUMBER($status, useGrouping: 0) }): { $detail }
    .next = Перевірте USERSYNC_WEBITEL__USERNAME, USERSYNC_WEBITEL__PASSWORD і USERSYNC_WEBITEL__DOMAIN. Повторних спроб не буде, щоб запис не заблокувало.

webitel-second-factor = Службовий обліковий запис входить із другим фактором, а ввести код тут нікому.
    .next = Створіть у Webitel токен для службового запису та вкажіть його в USERSYNC_WEBITEL__TOKEN або вимкніть другий фактор для цього запису.

webitel-permission-denied = Службовий обліковий запис не має права на це: { $method } { $url } (403, { $error_id }): { $detail }
    .next = Надайте це право службовому запису у Webitel. Для ліцензій потрібне manage_user_license, для ролей manage_user_roles; повний перелік є в docs/webitel.md.

webitel-no-license = Сам службовий обліковий запис не має чинної ліцензії Webitel ({ $error_id }): { $detail }
    .next = Призначте службовому запису у Webitel ліцензію CALL_CENTER або CALL_MANAGER чи поновіть ту, що закінчилася.

webitel-query-refused = Webitel відмовився відповідати на { $method } { $url } ({ NUMBER($status, useGrouping: 0) }, { $error_id }): { $detail }
    .next = Можливо, цей Webitel старіший за відомі програмі. Передайте речення вище тому, хто її супроводжує.

webitel-member-unknown = У користувача Webitel немає таких полів для запису: { $members }.
    .next = Це помилка в програмі: повідомте про неї.

webitel-unexpected-answer = Відповідь на { $method } { $url } має невідому програмі форму (у { $places }).
    .next = Можливо, Webitel оновили. Передайте речення вище тому, хто супроводжує програму; вона нічого не вгадувала.

webitel-paging-broken = Список { $url } не вдалося прочитати повністю.
    .next = Запустіть ще раз за кілька хвилин. Якщо не допоможе, перевірте, чи не кешує відповіді проксі перед Webitel (USERSYNC_WEBITEL__URL).

webitel-not-found = Webitel не має { $url } (404).
    .next = Об'єкт тим часом видалили у Webitel, або службовий обліковий запис його не бачить.

webitel-refused = Webitel відмовив: { $method } { $url } ({ NUMBER($status, useGrouping: 0) }, { $error_id }): { $detail }
    .next = Виправте користувача у Webitel або в Creatio, як каже текст; решта опрацьовується далі.

webitel-turn-missed = Webitel був зайнятий: зміну не вдалося надіслати вчасно, її не надіслано.
    .next = Запустіть ще раз; якщо повторюється, зменште USERSYNC_WEBITEL__CONCURRENCY або запускайте, коли Webitel менш завантажений.
webitel-too-many-requests = Webitel просить надсилати менше запитів (429).
    .next = Запустіть пізніше або зменште USERSYNC_WEBITEL__REQUESTS_PER_SECOND.

webitel-server-failed = Збій Webitel ({ NUMBER($status, useGrouping: 0) }) на { $method } { $url }: { $detail }
    .next = Запустіть ще раз за кілька хвилин. Якщо не допоможе, передайте номер запиту тому, хто обслуговує Webitel.

webitel-unreachable = Webitel недоступний за адресою { $url }: { $detail }
    .next = Перевірте USERSYNC_WEBITEL__URL, мережу та проксі, якщо він є (HTTPS_PROXY).

webitel-answer-lost = Webitel не відповів на { $method } { $url }: { $detail }
    .next = Запустіть ще раз. Те, що могло бути записане, спершу буде перечитано.

webitel-answer-garbled = Відповідь на { $method } { $url } обривається посередині.
    .next = Запустіть ще раз. Якщо не допоможе, перевірте проксі перед Webitel (USERSYNC_WEBITEL__URL).

# Чому списку не можна довіряти

webitel-problem-overlap = { $count ->
        [one] { $count } запис прийшов на двох сторінках списку.
        [few] { $count } записи прийшли на двох сторінках списку.
       *[many] { $count } записів прийшли на двох сторінках списку.
    }

webitel-problem-uneven = Сторінки посередині списку мають різну довжину.

webitel-problem-promised-page-empty = Сторінка списку обіцяла наступну, а вона порожня.

webitel-problem-next-missing = Сторінка списку назвалася останньою, але після неї є ще записи.

webitel-problem-wrong-page = Запитано сторінку { $asked } списку, а прийшла сторінка { $got }.

webitel-problem-empty-page = Сторінка { $page } списку порожня, але обіцяє продовження.

webitel-problem-endless = Список не має кінця: прочитано сторінок: { $pages }.

webitel-problem-reads-differ = Два читання списку відрізняються: { $first ->
        [one] { $first } запис
        [few] { $first } записи
       *[many] { $first } записів
    } першого разу, { $second ->
        [one] { $second } запис
        [few] { $second } записи
       *[many] { $second } записів
    } другого, або ті самі записи з іншим вмістом.

webitel-problem-unasked = { $count ->
        [one] Прийшов { $count } запис, якого ніхто не просив: цей Webitel не добирає за id.
        [few] Прийшли { $count } записи, яких ніхто не просив: цей Webitel не добирає за id.
       *[many] Прийшло { $count } записів, яких ніхто не просив: цей Webitel не добирає за id.
    }
