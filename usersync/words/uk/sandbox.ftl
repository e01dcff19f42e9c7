sandbox-no-world = У { $path } немає світу пісочниці.
    .next = Згенеруйте його командою "usersync sandbox generate --directory { $path }" або вкажіть інший каталог.

sandbox-world-exists = У { $path } вже є світ пісочниці.
    .next = Запустіть його командою "usersync sandbox serve --directory { $path }" або вкажіть порожній каталог.

sandbox-not-started = Служба { $service } пісочниці не запустилася за десять секунд.
    .next = Прочитайте { $log }: причина в останніх рядках. Зайнятий порт можна змінити через --webitel-port і --creatio-port.

sandbox-unknown-choice = { $option } не може бути "{ $value }".
    .next = Вкажіть одне з: { $allowed }.

sandbox-serving =
    Webitel: { $webitel }
    Creatio: { $creatio }
    Світ:    { $directory }
    Ctrl-C завершує обидві служби. Ці змінні спрямовують usersync на них:

sandbox-generated = У { $directory } є світ: { $users ->
        [one] { $users } користувач Webitel
        [few] { $users } користувачі Webitel
       *[other] { $users } користувачів Webitel
    } і { $contacts ->
        [one] { $contacts } контакт
        [few] { $contacts } контакти
       *[other] { $contacts } контактів
    }.

sandbox-help = Webitel і Creatio на цьому комп'ютері, зі згенерованими людьми: щоб спробувати usersync, не чіпаючи нічого справжнього.
sandbox-help-serve = Запустити обидві служби до Ctrl-C.
sandbox-help-generate = Згенерувати світ у каталог.
sandbox-help-users = Скільки користувачів Webitel у згенерованому світі.
sandbox-help-contacts = Скільки контактів Creatio у згенерованому світі.
sandbox-help-seed = Те саме число дає тих самих людей.
sandbox-help-profile = Який вигляд має розділ "Користувачі Webitel": callmanager або classic.
sandbox-help-runtime = Де адреси Creatio: netframework (під /0) або net.
sandbox-help-directory = Де зберігається світ. Якщо він там уже є, його взято як є; без цього параметра після завершення він зникає.
sandbox-help-port = Порт служби { $service }; 0 - будь-який вільний.
sandbox-help-addon = Нехай CRM сама створює й видаляє користувачів Webitel, коли записи зберігають і видаляють, як може робити доповнення.
sandbox-help-json = Вивести JSON.
