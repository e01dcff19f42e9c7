demo-sandbox = Вигадуємо телефонний домен на { NUMBER($users) } користувачів і CRM на { NUMBER($contacts) } контактів та обслуговуємо обидва …
demo-prefect = Запускаємо сервер Prefect і розгортаємо процес …
demo-preview = Перегляд: усе, крім запису
demo-approve = Затверджуємо план { $plan }: перше застосування в домені завжди запитує
demo-apply = Застосування: саме затверджений план
demo-again = Ще раз: незмінний світ означає жодного запису
demo-run = запуск { $run }: операцій { NUMBER($operations) }, { $seconds } с, запитів до Webitel { NUMBER($webitel) }, до Creatio { NUMBER($creatio) }
demo-writes = Записів: { NUMBER($count) }
demo-done = Готово за { $seconds } с.
demo-look =
    Дивіться далі:
    source { $environment }
    {"."}venv/bin/usersync show { $run }     # хто і чому, з журналу
    {"."}venv/bin/usersync runs              # усі запуски
demo-addresses = Роздивіться в браузері
demo-serve-hint = Нічого не лишилося працювати. «make demo SERVE=1» лишає пісочницю, Prefect, працівника і портал, щоб усе роздивитися.
demo-serving = Працює. Ctrl-C усе завершує.
demo-no-prefect = Сервер Prefect не запустився.
    .next = Прочитайте { $log }
demo-no-deploy = Процес не вдалося розгорнути: { $detail }
    .next = Виконайте «make deploy» вручну, щоб побачити більше.
demo-run-failed = Запуск { $run } завершився: { $state }. { $detail }
    .next = Прочитайте .demo/run.log
demo-not-converged = Другий запуск ще хотів записів: { NUMBER($count) }.
    .next = Повідомте про це разом із seed.
demo-people = Увійдіть як { $people }; пароль у всіх: { $password }
demo-no-portal = Портал не запустився.
    .next = Прочитайте { $log }
demo-ending = Завершуються портал, виконавець, Prefect і замінники …
