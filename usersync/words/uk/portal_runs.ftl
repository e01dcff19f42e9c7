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
portal-bucket-failed = Не вдалося
portal-bucket-review = На розгляд
portal-bucket-skipped = Пропущено
portal-bucket-created = Створено
portal-bucket-linked = Пов’язано
portal-bucket-updated = Оновлено
portal-bucket-unchanged = Без змін
portal-runs-caption = Запуски цього домену, найновіші спочатку
portal-runs-none = Запусків ще не було. Запустіть процес у розділі «Користувачі Webitel»: Дії, GetWebitelUsers.
portal-runs-only-running = Виконуються
portal-runs-only-waiting = Чекають схвалення
portal-runs-only-failed = Невдалі
