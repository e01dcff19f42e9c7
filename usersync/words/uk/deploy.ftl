# Реєстрація проєкту в Prefect (python -m deploy) і слова його автоматизацій.
deploy-no-api = PREFECT_API_URL не задано, тож нема Prefect, у якому щось реєструвати.
    .next = Запустіть сервер («prefect server start») і задайте PREFECT_API_URL, наприклад http://127.0.0.1:4200/api
deploy-unreachable = Prefect не відповідає за адресою { $url } ({ $error }).
    .next = Перевірте PREFECT_API_URL і чи працює сервер Prefect.
deploy-unhealthy = За адресою { $url } відповідає не справний Prefect: HTTP { NUMBER($status, useGrouping: 0) }.
    .next = Перевірте PREFECT_API_URL: адреса закінчується на /api. Якщо вона правильна, прочитайте журнал сервера Prefect.
deploy-not-authorized = Prefect за адресою { $url } вимагає облікових даних, або інших.
    .next = Задайте PREFECT_API_AUTH_STRING такою, як PREFECT_SERVER_API_AUTH_STRING на сервері.
deploy-refused = Prefect відмовив: HTTP { NUMBER($status, useGrouping: 0) }, { $detail }
    .next = Перевірте, що сервер і клієнт мають однакову версію Prefect (constraints.txt), і повторіть «make deploy».
deploy-failed = Prefect не зміг зареєструвати розгортання: { $detail }
    .next = Виправте prefect.yaml або середовище і повторіть «make deploy».
deploy-missing = Після реєстрації у Prefect немає: { $names }.
    .next = Повторіть «make deploy»; якщо не допоможе, виконайте «prefect deploy --all» і прочитайте, що він каже.
deploy-project-wrong = { $path } не можна застосувати: { $detail }
    .next = Виправте файл або візьміть його знову з випуску (що він може містити, сказано в docs/prefect.md).
deploy-no-section = automations.yaml називає розгортання «{ $name }», якого немає в prefect.yaml.
    .next = Виправте notifications.deployment в automations.yaml.
deploy-no-words = У каталогах немає повідомлення «{ $id }» для сповіщення з automations.yaml.
    .next = Додайте його до usersync/words/en/deploy.ftl і usersync/words/uk/deploy.ftl.
deploy-channel-wrong = Налаштування { $setting } не є адресою, куди можна надсилати сповіщення.
    .next = Виправте { $setting }; адреса має такий вигляд: { $example }

deploy-pool-made = Пул { $name }: створено
deploy-deployment =
    Розгортання { $name }: { $change ->
        [made] створено
       *[updated] актуальне
    }{ $schedule ->
        [on] , розклад увімкнено ({ $timezone })
        [off] , розклад призупинено ({ $timezone })
       *[none] { "" }
    }
deploy-deployment-handmade = Розгортання { $name }: актуальне; розклади залишено як є, бо один з них не має slug
deploy-deployment-retired = Розгортання { $name }: його домену вже немає в налаштуваннях, розклад призупинено
deploy-automation =
    Автоматизація { $name }: { $change ->
        [made] створено
        [changed] змінено
        [removed] вилучено
       *[unchanged] актуальна
    }
deploy-channel =
    Сповіщення йдуть до { $name }: { $change ->
        [written] адресу записано
       *[kept] адреса лишилася, як була
    }
deploy-no-channel = Сповіщень немає: не задано ні USERSYNC_NOTIFY__WEBHOOK_URL, ні USERSYNC_NOTIFY__EMAIL_URL.
deploy-told-by-usersync = Про невдалі, очікувані й відновлені запуски повідомляє сам usersync (notify.runs_by = "usersync"), а не автоматизації.

deploy-zombie-message = Запуск не подавав ознак життя { NUMBER($seconds, useGrouping: 0) } с: його процесу або машини вже немає. Наступний запуск продовжить з місця зупинки.

deploy-notify-failed = usersync: імпорт за розкладом не вдався ({ $deployment })
deploy-notify-failed-body =
    { $state }: { $message }

    Запуск: { $run }
    { $link }

    Нових повідомлень не буде, доки він знову не пройде успішно.
deploy-notify-approval = usersync: план чекає на погодження ({ $deployment })
deploy-notify-approval-body =
    { $message }

    Перегляньте план і погодьте його: у порталі або командами «usersync plan list» і «usersync plan approve».
    Запуск: { $run }
    { $link }
deploy-notify-recovered = usersync: імпорт за розкладом знову проходить успішно ({ $deployment })
deploy-notify-recovered-body =
    { $message }

    Запуск: { $run }
    { $link }
