# Перегляд людиною: до чого ведуть рішення, що відхилено, команда та її таблиця.

# --- у плані ------------------------------------------------------------------------------------------------------------

review-linked = людина обрала цей контакт
review-second-account = людина сказала, що це другий обліковий запис тієї самої особи
review-restored = людина сказала створити запис знову
review-ignored = виключено: так вирішила людина
review-postponed = відкладено до { $until } (UTC)
    .next = Після цього дня запитання постане знову; відповідь раніше скасовує відкладення.
review-still-open = для нього пропонувався контакт, і ніхто не відповів; його більше немає, а без відповіді контакт не створюється
    .next = Скажіть «create» або пов’яжіть його: usersync review decide
review-contact-missing = рішення { NUMBER($number, useGrouping: 0) } пов’язує його з контактом { $contact }, якого більше немає у Creatio
    .next = Відкличте рішення й оберіть інший контакт: usersync review withdraw
review-contact-portal = рішення { NUMBER($number, useGrouping: 0) } пов’язує його з контактом { $contact }, що належить користувачеві порталу, тобто клієнтові
    .next = Відкличте рішення; скажіть «separate-contact», якщо людина працює і тут.
review-contact-taken = рішення { NUMBER($number, useGrouping: 0) } пов’язує його з контактом { $contact }, який пов’язано з користувачем Webitel { $user }
    .next = Відкличте рішення; скажіть «second-account», якщо обидва записи однієї людини, інакше спершу скажіть «not-same» про іншого користувача.
review-contact-ruled-out = його запис має контакт, який людина відкинула
    .next = Скажіть, який це контакт («link»), або «create».
review-verdicts-changed = Про користувача Webitel { $user } сказано інше після створення плану { $plan }; план не виконується.
    .next = Створіть новий план: usersync run --preview

# --- що відхилено -------------------------------------------------------------------------------------------------------

review-user-unknown = Останні запуски домену «{ $domain }» не знають користувача Webitel «{ $user }».
    .next = Перегляньте список: usersync review list --all
review-user-ambiguous = «{ $user }» — це кілька користувачів Webitel: { $ids }.
    .next = Вкажіть User ID; якщо логін одного є ідентифікатором іншого, змініть логін у Webitel.
review-no-reason = Рішенню потрібна причина.
    .next = Скажіть кількома словами чому: --reason
review-until-past = Для відкладення потрібен день, який ще настане.
    .next = Вкажіть його так: --until 2027-01-31.
review-until-unreadable = «{ $until }» — не дата.
    .next = Вкажіть її так: 2027-01-31.
review-nothing-deleted = Жодного запису користувача Webitel { $user } не видалено вручну: відновлювати нічого.
    .next = Перегляньте запитання: usersync review list --all
review-nothing-differs = Жодне поле користувача Webitel { $user } не відрізняється від введеного вручну.
    .next = Перегляньте запитання: usersync review list
review-linked-already = Користувача Webitel { $user } вже пов’язано з контактом { $contact }.
    .next = Якщо це не та людина, спершу скажіть «not-same».
review-contact-not-an-id = Вказане не є ідентифікатором контакту.
    .next = Вкажіть ідентифікатор зі списку, 36 символів, як-от 7f6c0a52-….
review-which-contact = Рішенню «{ $verdict }» потрібен контакт, а { $count ->
        [0] жодного не запропоновано
       *[other] запропоновано { NUMBER($count) }
    }.
    .next = Назвіть його: --contact та ідентифікатор; у таблиці поставте номер кандидата або ідентифікатор після рішення.
review-nothing-to-withdraw = Про користувача Webitel { $user } не сказано нічого такого, що ще не виконано.
    .next = Перегляньте сказане: usersync review list --all. Зроблене запуском скасовує usersync undo.
review-verdict-unknown = «{ $verdict }» — не рішення. Дозволено: { $allowed }.
    .next = Скористайтеся одним із цих слів.

# --- таблиця ------------------------------------------------------------------------------------------------------------

review-sheet-unreadable = Файл не є таблицею usersync: { $problem ->
        [encoding] його текст не в UTF-8
        [empty] він порожній
       *[header] його стовпці не такі, як в експорті
    }.
    .next = Експортуйте знову й збережіть як «CSV UTF-8».
review-sheet-other-domain = Файл експортовано з домену «{ $found }», а не з «{ $domain }»; з нього нічого не взято.
    .next = Назвіть правильний домен: --domain
review-sheet-row-short = У рядку інша кількість комірок, ніж у заголовку.
    .next = Експортуйте знову й дайте відповідь у новому файлі.
review-sheet-outdated = Запитання про цього користувача змінилося після експорту: кандидати або значення тепер інші.
    .next = Експортуйте знову й дайте відповідь на нове запитання.
review-sheet-answered = Про цього користувача більше не питають.
    .next = Видаліть рядок або дайте відповідь командою: usersync review decide
review-sheet-no-candidate = Кандидата { NUMBER($number, useGrouping: 0) } немає.
    .next = Поставте номер кандидата з цього рядка або ідентифікатор контакту.
review-sheet-surplus = Після «{ $verdict }» стоїть зайве.
    .next = Не ставте після нього нічого.

# --- команда ------------------------------------------------------------------------------------------------------------

review-title = Запитання до людини
review-nothing-asked = Запитань немає.
review-candidates = кандидати
review-said = сказано
review-candidate = { $number }. { $contact } · { $grade } · { $reason }
review-given = Рішення { NUMBER($number, useGrouping: 0) } про { $user }: { $kind }. Воно діє з наступного запуску.
review-answered = { $user }: відповідь збережено. Вона діє з наступного запуску.
review-nothing-said = Немає жодної відповіді { $author }, яку ще не виконано.
    .next = Перегляньте сказане: usersync review list --all. Зроблене запуском скасовує usersync undo.
review-withdraw-whose = Скажіть, чиї відповіді відкликати: користувача або --last для вашої останньої відповіді.
    .next = usersync review withdraw USER або usersync review withdraw --last
review-withdrawn-last = Відкликано: «{ $verdict }» про користувача Webitel { $user }.
review-withdrawn =
    { $count ->
        [one] Відкликано { $count } відповідь.
        [few] Відкликано { $count } відповіді.
       *[other] Відкликано { $count } відповідей.
    }
review-exported =
    { $count ->
        [one] { $count } запитання у { $file }.
        [few] { $count } запитання у { $file }.
       *[other] { $count } запитань у { $file }.
    }
review-imported = Взято: { NUMBER($given) }; вже відомо: { NUMBER($known) }; без відповіді: { NUMBER($blank) }; відхилено: { NUMBER($refused) }.
review-line = рядок { NUMBER($line, useGrouping: 0) }: { $problem }
review-file-unwritable = Файл { $file } неможливо записати: { $problem }.
    .next = Закрийте його у програмі таблиць або дайте іншу назву.
review-file-unreadable = Файл { $file } неможливо прочитати: { $problem }.
    .next = Перевірте шлях.
