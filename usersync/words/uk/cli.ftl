cli-users = користувачі
cli-gone = зникли
cli-seats = місця
cli-operations = операції
cli-requests = запити
cli-took = { $seconds } с, з них { $overhead } с — ані очікування сервісів, ані зіставлення
cli-converged = повторне планування нічого не лишає
cli-not-converged = повторне планування лишає операцій: { NUMBER($residue) }
cli-starting = Запуск …
cli-submitted = Подано як flow run { $flow_run }; чекаємо …
cli-approved = План { $plan } затверджено.
cli-rejected = План { $plan } відхилено.
cli-awaiting = Чекає на затвердження:  usersync plan show { $plan }  ·  usersync plan approve { $plan }  ·  usersync run --plan { $plan }
cli-show = Хто і чому:  usersync show { $run }
cli-runs = Запуски
cli-plans = Плани
cli-plan = план
cli-until = до
cli-before = було
cli-after = стане
cli-started = початок
cli-domain = домен
cli-mode = режим
cli-state = стан
cli-changes = зміни
cli-webitel-user = Користувач Webitel
cli-what = що
cli-situation = ситуація
cli-why = чому
cli-stopping = Запускові { $run } сказано зупинитися.
cli-not-running = Запуск { $run } не виконується.
cli-upgraded =
    { $count ->
        [0] Журнал актуальний.
        [one] Журнал оновлено на { $count } ревізію.
        [few] Журнал оновлено на { $count } ревізії.
       *[other] Журнал оновлено на { $count } ревізій.
    }
cli-scheduled-here = --scheduled лише для запуску на цій машині; розкладами розгортань керує Prefect.
