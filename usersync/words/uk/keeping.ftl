# Команди журналу: export, audit, erase, db.

cli-needs-yes = Цього не можна скасувати, а за терміналом немає кого запитати.
    .next = Додайте --yes, якщо це справді потрібно.
cli-declined = Нічого не зроблено.
cli-audit = Аудит
cli-at = коли
cli-who = хто
cli-about = про що
cli-detail = подробиці
export-one-format = Запуск вивантажують або як CSV, або як JSON, не водночас.
    .next = Задайте --csv або --json.
export-file-unwritable = Файл { $file } неможливо записати: { $problem }.
    .next = Закрийте його в інших програмах або задайте іншу назву.
export-written = Запуск { $run } збережено у { $file }. Там персональні дані: давайте його лише тим, кому їх можна бачити.
erase-whom = Скажіть, кого стерти.
    .next = Задайте --user або --contact.
erase-ask = Назавжди стерти всі значення { $whom } у домені «{ $domain }»?
erase-done = Значення { $whom } стерто: операції { NUMBER($operations) }, значення { NUMBER($values) }, рішення { NUMBER($decisions) }, плани { NUMBER($plans) }, звʼязки { NUMBER($links) }, рядки розділу { NUMBER($section) }, вердикти { NUMBER($verdicts) }.
erase-backups = Резервні копії, зроблені раніше, досі їх містять: зробіть нову (usersync db backup) і видаліть старі. Webitel і Creatio не змінено.
db-bind-ask = «{ $domain }» належить до домену Webitel { $bound_dc } і до Creatio { $bound_creatio }. Чи { $dc } і { $creatio } — ті самі системи?
db-bound = «{ $domain }» належить до домену Webitel { $dc } і до Creatio { $creatio }.
db-backed-up = Журнал скопійовано у { $file }. Там персональні дані.
db-restore-ask = Поставити { $file } на місце журналу? Те, що журнал дізнався відтоді, буде втрачено.
db-restored =
    Резервна копія на місці: { $place }. Наступний запуск знову дізнається, що створено відтоді.
    Доступ до порталу такий, як до відновлення; усі сеанси завершено, токени, відомі лише копії, відкликано, термін планів, що чекали, минув.
db-damaged-aside = Те, що було на місці журналу, не читається; його збережено як { $file }.
db-prune-ask = Видалити запуски, що завершилися понад { NUMBER($days, useGrouping: 0) } днів тому? Їх більше не можна буде скасувати.
db-prune-never = Запуски зберігаються завжди (retention.days = 0).
    .next = Скажіть, якого віку вони можуть бути: --older-than ДНІ
db-pruned = { $domain }, старші за { NUMBER($days, useGrouping: 0) } днів: запуски { NUMBER($runs) }, плани { NUMBER($plans) }
cli-not-done = Не виконано
cli-found = знайдено
