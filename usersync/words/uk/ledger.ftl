# Журнал: його помилки та назви його станів.

ledger-address-unreadable = Адресу журналу неможливо прочитати.
    .next = Задайте USERSYNC_DATABASE_URL як sqlite:///ШЛЯХ або postgresql://КОРИСТУВАЧ:ПАРОЛЬ@ХОСТ/БАЗА, або приберіть цей параметр.
ledger-address-unsupported = Журнал не може зберігатися в базі даних типу «{ $kind }».
    .next = Задайте USERSYNC_DATABASE_URL як sqlite:///ШЛЯХ або postgresql://КОРИСТУВАЧ:ПАРОЛЬ@ХОСТ/БАЗА.
ledger-address-without-file = Адреса журналу не називає файлу, тож нічого не було б збережено.
    .next = Задайте USERSYNC_DATABASE_URL як sqlite:/// і шлях до файлу, або приберіть цей параметр.
ledger-file-cannot-be-made = Не вдалося створити файл журналу { $file }: { $reason }.
    .next = Надайте цьому обліковому запису право запису туди або вкажіть інший файл у USERSYNC_DATABASE_URL.
ledger-file-damaged = Файл журналу { $file } пошкоджено, або це не журнал.
    .next = Відновіть його з резервної копії або вкажіть правильний файл у USERSYNC_DATABASE_URL.
ledger-unreachable = База даних журналу не відповідає: { $reason }
    .next = Перевірте, чи працює база даних і чи правильно задано USERSYNC_DATABASE_URL.
ledger-busy = Журнал зайнятий іншим процесом; за { NUMBER($seconds, useGrouping: 0) } с його не звільнено.
    .next = Спробуйте ще раз. Якщо це повторюється, знайдіть процес, що зупинився посеред запису; для кількох хостів використовуйте PostgreSQL у USERSYNC_DATABASE_URL.

ledger-schema-absent = У { $place } ще немає журналу.
    .next = Виконайте: usersync db upgrade
ledger-schema-old = Журнал у { $place } має ревізію { $found }; цій версії usersync потрібна { $wanted }.
    .next = Зупиніть запущені процеси та виконайте: usersync db upgrade
ledger-schema-newer = Журнал у { $place } має ревізію { $found }, створену новішою версією usersync; ця версія знає ревізії до { $known }.
    .next = Установіть новішу версію usersync і тут.

ledger-bound-elsewhere = Домен «{ $domain }» належить до домену Webitel { $bound_dc } і до Creatio { $bound_creatio }, а налаштування ведуть до { $found_dc } і { $found_creatio }. Нічого не записано.
    .next = Виправте USERSYNC_WEBITEL__URL і USERSYNC_CREATIO__URL; копія системи (тестовий стенд) потребує власного журналу в USERSYNC_DATABASE_URL. Якщо Creatio переїхала або має іншого користувача інтеграції: usersync db bind

ledger-run-not-found = Запуску «{ $given }» немає.
    .next = Перегляньте запуски: usersync runs
ledger-run-ambiguous = «{ $given }» підходить до кількох запусків: { $some }.
    .next = Вкажіть більше символів ідентифікатора запуску.

ledger-lease-held = У домен «{ $domain }» зараз пише запуск { $run }; поки він працює, його право подовжується, наразі до { $until }.
    .next = Дочекайтеся його завершення або зупиніть його: usersync stop { $run }
ledger-lease-lost = Запуск { $run } втратив право писати в домен «{ $domain }»: він мовчав довше за свій строк. Більше він нічого не запише.
    .next = Запустіть процес знову: новий запуск перевірить те, що лишилося незавершеним.

ledger-operation-unknown = Надійшов результат операції { $operation }, якої запуск { $run } не оголошував{ $more ->
        [0] .
       *[other] {" "}(і ще { NUMBER($more, useGrouping: 0) }).
    }
    .next = Повідомте про це як про помилку usersync і додайте експорт запуску: usersync export { $run }

ledger-plan-not-found = Плану «{ $given }» немає.
    .next = Перегляньте плани: usersync plan list
ledger-plan-ambiguous = «{ $given }» підходить до кількох планів.
    .next = Вкажіть більше символів хешу плану.
ledger-plan-damaged = Вміст плану { $plan } не відповідає його хешу; план не буде застосовано.
    .next = Створіть новий план попереднім переглядом і з’ясуйте, хто змінив базу даних журналу.
ledger-plan-erased = У плані { $plan } стерто дані особи; його не можна ні схвалити, ні застосувати, ні скасувати його дію.
    .next = Створіть новий план попереднім переглядом.
ledger-plan-of-another-domain = План { $plan } створено для домену «{ $domain }», а не для «{ $wanted }».
    .next = Запустіть його з тим доменом, для якого його створено.
ledger-plan-of-another-system = План { $plan } створено для іншого домену Webitel або іншого Creatio.
    .next = Створіть новий план попереднім переглядом.
ledger-plan-is-waiting = План { $plan } чекає на схвалення.
    .next = Перегляньте та схваліть його: usersync plan approve { $plan }
ledger-plan-is-approved = План { $plan } уже схвалено, автор схвалення: { $by }.
    .next = Застосуйте його: запустіть процес із цим планом.
ledger-plan-is-rejected = План { $plan } відхилено, автор рішення: { $by }.
    .next = Створіть новий план попереднім переглядом.
ledger-plan-is-used = План { $plan } уже застосовано запуском { $run }.
    .next = Подивіться, що він зробив: usersync show { $run }
ledger-plan-is-expired = Строк дії плану { $plan } минув: відтоді все могло змінитися.
    .next = Створіть новий план попереднім переглядом.
ledger-plan-is-superseded = План { $plan } замінено новішим.
    .next = Перегляньте найновіший план: usersync plan list
ledger-four-eyes = { $author } є ініціатором плану { $plan } і не може його схвалити: потрібне друге рішення.
    .next = Нехай план схвалить хтось інший, або вимкніть approval.four_eyes в usersync.toml.

ledger-verdict-not-found = Чинного рішення { NUMBER($number, useGrouping: 0) } немає.
    .next = Перегляньте рішення: usersync review list
ledger-verdict-contradicts = Про користувача Webitel { $user } вже є інша відповідь, автор: { $author } (рішення { NUMBER($number, useGrouping: 0) }).
    .next = Якщо те рішення хибне, спершу відкличте його.
ledger-verdict-contact-taken = Рішення { NUMBER($number, useGrouping: 0) } (автор: { $author }) уже пов’язує контакт { $contact } з користувачем Webitel { $other }; користувача { $user } не можна пов’язати з ним теж.
    .next = Якщо це та сама особа, оберіть «second_account»; інакше відкличте хибне рішення.
ledger-verdict-without-contact = Для рішення «{ $kind }» потрібен контакт.
    .next = Вкажіть ідентифікатор контакту.
ledger-verdict-without-date = Для рішення «{ $kind }» потрібна дата.
    .next = Вкажіть, до якого часу.
ledger-verdict-without-reason = Для рішення «{ $kind }» потрібна причина.
    .next = Поясніть причину кількома словами.

ledger-backup-nothing-there = Файлу { $file } немає.
    .next = Перевірте шлях; місце самого журналу задає USERSYNC_DATABASE_URL.
ledger-backup-place-taken = Файл { $file } уже існує, його не буде перезаписано.
    .next = Вкажіть для резервної копії інший файл.
ledger-backup-not-written = Не вдалося записати резервну копію { $file }: { $reason }
    .next = Перевірте вільне місце та права на теку.
ledger-backup-no-tool = На цій машині немає інструмента PostgreSQL { $tool }.
    .next = Встановіть клієнтські інструменти PostgreSQL версії сервера (Debian: postgresql-client) і додайте їх до PATH.
ledger-backup-not-restored = Резервну копію { $file } не вдалося поставити на місце журналу, він лишився як був: { $reason }
    .next = Скористайтеся інструментами PostgreSQL тієї версії, якою зроблено копію, або новішими.
ledger-backup-not-a-ledger = Файл { $file } не є справним журналом або створений новішою версією usersync.
    .next = Оберіть іншу резервну копію або встановіть новішу версію usersync.

ledger-portal-user-exists = На порталі вже є користувач «{ $name }».
    .next = Виберіть інше ім’я або змініть наявного: usersync portal user --help.
ledger-portal-user-not-found = На порталі немає користувача «{ $name }».
    .next = Список: usersync portal user list.
ledger-token-not-found = Немає токена з кодом «{ $token }», який можна відкликати.
    .next = Список: usersync token list.
ledger-order-not-found = Немає замовлення з кодом «{ $order }».
    .next = Візьміть код із відповіді на запуск.
ledger-order-reused = Цей ключ ідемпотентності вже використано для іншого.
    .next = Для нового запиту надсилайте новий ключ, той самий ключ – лише з тим самим запитом.

ledger-run-state-running = виконується
ledger-run-state-completed = завершено
ledger-run-state-awaiting_approval = чекає на схвалення
ledger-run-state-already_running = працював інший запуск
ledger-run-state-stopped = зупинено
ledger-run-state-completed_with_failures = завершено з помилками
ledger-run-state-failed = невдача
ledger-run-state-crashed = аварійно перервано
ledger-run-state-quarantined = пропущено: домен відпочиває після невдач

ledger-operation-state-intended = оголошено, результату ще немає
ledger-operation-state-done = виконано
ledger-operation-state-failed = не вдалося
ledger-operation-state-stale = залишено: змінилося після складання плану
ledger-operation-state-skipped = не виконувалося
ledger-operation-state-unknown = результат невідомий
ledger-operation-state-refused = сервіс відмовив

ledger-link-state-active = пов’язано
ledger-link-state-gone = більше немає у Webitel
ledger-link-state-record_deleted = запис видалено вручну

ledger-plan-state-waiting = чекає на схвалення
ledger-plan-state-approved = схвалено
ledger-plan-state-rejected = відхилено
ledger-plan-state-used = застосовано
ledger-plan-state-expired = строк дії минув
ledger-plan-state-superseded = замінено новішим

ledger-verdict-kind-must_link = пов’язати з цим контактом
ledger-verdict-kind-cannot_link = не цей контакт
ledger-verdict-kind-create = створити
ledger-verdict-kind-separate_contact = створити окремий контакт співробітника
ledger-verdict-kind-second_account = другий обліковий запис тієї ж особи
ledger-verdict-kind-import_anyway = імпортувати все одно
ledger-verdict-kind-ignore = не брати до уваги
ledger-verdict-kind-postpone = відкласти
ledger-verdict-kind-restore = відновити запис
