portal-list-filters = Показати лише
portal-list-shown = { $first }–{ $last } із { $total }
portal-list-nothing = Такого немає.

portal-run = Запуск
portal-run-started = Початок
portal-run-what = Що
portal-run-state = Стан
portal-run-author = Хто
portal-run-users = Користувачі
portal-run-writes = Записи
portal-run-seconds = Секунди
portal-run-of-some =
    { $count ->
        [one] { $what }, { $count } користувач
        [few] { $what }, { $count } користувачі
       *[other] { $what }, { $count } користувачів
    }
portal-mode-preview = GetWebitelUsers, перегляд
portal-mode-apply = GetWebitelUsers
portal-mode-undo = Скасування
portal-mode-undo-preview = Скасування, перегляд
portal-mode-review = Перевірка: відповідь
portal-bucket-failed = Не вдалося
portal-bucket-review = На розгляд
portal-bucket-skipped = Пропущено
portal-bucket-created = Створено
portal-bucket-linked = Пов’язано
portal-bucket-updated = Оновлено
portal-bucket-unchanged = Без змін
portal-undone-failed = Не виконано
portal-undone-review = Частково залишено
portal-undone-updated = Скасовано
portal-undone-unchanged = Нічого не лишилось
portal-runs-caption = Запуски цього домену, найновіші спочатку
portal-runs-none = Запусків ще не було. Запустіть процес у розділі «Користувачі Webitel»: Дії, GetWebitelUsers.
portal-runs-only-running = Виконуються
portal-runs-only-waiting = Чекають схвалення
portal-runs-only-failed = Невдалі

portal-yes = так
portal-no = ні
portal-ask-no = Скасувати
portal-search-user = Логін Webitel або User ID
portal-user-id = User ID
portal-situation = Ситуація

portal-gone-disabled = Зник: вимкнено
portal-gone-deleted = Зник: видалено
portal-gone-left = Зник: без змін

portal-run-began = початок { $at }, { $author }
portal-run-took = { $seconds } с
portal-run-prefect = Запуск у Prefect
portal-run-scope = Лише: { $logins }
portal-run-stopping = { $author } просить зупинити цей запуск: нічого нового вже не записується.
portal-run-waits = Нічого не записано: спершу людина має схвалити план.
portal-run-to-plan = Переглянути план
portal-run-not-converged =
    { $count ->
        [one] Повторне планування записаного лишає { $count } зміну: тут пише ще хтось або значення зберігається не таким, яким надіслано.
        [few] Повторне планування записаного лишає { $count } зміни: тут пише ще хтось або значення зберігається не таким, яким надіслано.
       *[other] Повторне планування записаного лишає { $count } змін: тут пише ще хтось або значення зберігається не таким, яким надіслано.
    }
portal-run-stop = Зупинити
portal-run-stop-ask = Зупинити цей запуск?
portal-run-stop-hint = Після цього нічого нового не записується. Записане лишається; наступний запуск продовжить звідти.
portal-run-stop-asked = Запуск зупиниться перед наступним записом.
portal-run-over = Запуск уже завершився.
portal-run-retry = Повторити невдалі
portal-run-retry-ask =
    { $count ->
        [one] Запустити GetWebitelUsers ще раз для { $count } користувача, з яким не вдалося?
       *[other] Запустити GetWebitelUsers ще раз для { $count } користувачів, з якими не вдалося?
    }
portal-run-undo = Скасувати запуск
portal-run-undo-ask = Скасувати зроблене цим запуском?
portal-run-undo-plan = Скласти план скасування
portal-run-undo-hint = Спершу буде видно, що повернеться назад, а що лишиться і чому. Нічого не записується, доки хтось не схвалить той план.
portal-run-plan = План
portal-run-download = Завантажити { $kind }
portal-run-queued = Запуск прийнято, але жоден виконавець його ще не взяв. Щойно він почнеться, відкриється його сторінка.
portal-run-progress = Поступ
portal-run-stage = { $name }: { $far }
portal-run-begins = Запуск починається.
portal-run-far = { $far }; записано рядків: { $written }
portal-run-rate = { $far }; записано рядків: { $written }; за секунду: { $rate }; лишилося близько { $left } с
portal-run-no-changes = Змінювати не було чого.
portal-run-nobody = Нікого.
portal-run-seats = Місця: потрібно { $wanted } = є { $held } + призначено { $assigned } + чекають { $waiting } + відмовлено { $refused }
portal-tab-changes = Зміни
portal-tab-licenses = Ліцензії
portal-tab-settings = Налаштування запуску
portal-seats-product = Продукт
portal-seats-license = Ліцензія
portal-seats-limit = Місця
portal-seats-held = Зайнято
portal-seats-assigned = Призначено
portal-seats-waiting = Чекають
portal-seats-to-buy = Докупити
portal-seats-concurrent = { $limit } одночасно

portal-change-user = Користувач Webitel
portal-change-outcome = Результат
portal-change-what = Було → стало
portal-change-why = Чому
portal-change-shared = Спільне для кількох
portal-change-create = { $what }: новий запис
portal-change-update = { $what }: зміни
portal-change-delete = { $what }: видалення
portal-change-set-licenses = Ліцензії у Webitel: зміни
portal-change-set-roles = Ролі у Webitel: зміни
portal-entity-account = Контрагент
portal-entity-contact = Контакт
portal-entity-communication = Внутрішній номер контакта
portal-entity-career = Кар’єра контакта
portal-entity-tag = Тег
portal-entity-record = Запис у розділі
portal-entity-user = Користувач Webitel
portal-entity-webitel-user = Користувач Webitel
portal-entity-webitel-device = Основний пристрій у Webitel
portal-entity-webitel-roles = Ролі у Webitel
portal-entity-license-row = Рядок User Licenses
portal-entity-role-row = Рядок ролей користувача
portal-entity-record-tag = Тег запису
portal-entity-system-user = Системний користувач Creatio
portal-entity-telephony = Ліцензія Creatio, що відкриває телефонію
portal-entity-workplace-section = Розділ у робочому місці
portal-run-named = Запуск { $run }
portal-run-written = Записано рядків
portal-run-plan-was = Цей запуск нічого не записав. Що сталося з його планом: { $state }.
