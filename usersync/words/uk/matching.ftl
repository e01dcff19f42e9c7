# Чому користувача зіставлено чи ні. Речення не містять імен, адрес і телефонів.

# --- частини речень -----------------------------------------------------------------------------------------------------

matching-agreement = { $agreement ->
    [exact] те саме ім’я
    [folded] те саме ім’я в іншій абетці
    [spelling] те саме ім’я в іншому написанні
    [equivalent] те саме прізвище, а ім’я — іншою мовою
    [pet-form] те саме прізвище і скорочене ім’я
    [typo] те саме ім’я, крім однієї літери
    [two-typos] те саме ім’я, крім двох літер
    [gender-form] те саме ім’я, крім закінчення прізвища
    [ambiguous-short-form] те саме прізвище і скорочення, що пасує до кількох імен
    [extra-word] ті самі слова і ще одне
    [initial] те саме прізвище й відповідний ініціал
    [similar] ім’я, схоже на слух
    [surname-only] збігається лише прізвище
    [given-only] збігається лише ім’я
    [against-given] інше ім’я
    [against-patronymic] інше ім’я по батькові
    [against-initial] ініціал, що не відповідає
    [against-gender] ім’я людини іншої статі
    [against-name] інше ім’я
   *[none] порівнювати імена немає з чим
}
matching-next = { $nextgrade ->
    [none] жоден інший контакт не близький
   *[other] наступний за схожістю — контакт { $next } (оцінка { $nextgrade }, { NUMBER($nextscore, useGrouping: 0) } зі 100)
}
matching-supported-by = { $support ->
    [email-local] адреса e-mail починається з логіна
    [phone] номер телефону той самий
    [account] компанія та сама
   *[none] більше нічого цього не підтверджує
}

# --- що вирішено --------------------------------------------------------------------------------------------------------

matching-rule-ignored = Не імпортується: так вирішила людина.
matching-rule-verdict = Пов’язано: людина обрала цей контакт.
matching-rule-keep = Уже пов’язано з цим контактом.
matching-rule-link-lost = Пов’язаного контакту в CRM більше немає (об’єднано або видалено); оберіть інший або підтвердьте, що його немає.
matching-rule-import-anyway = Отримує власний контакт: так вирішила людина.
matching-rule-service = Не імпортується: це назва служби, а не ім’я людини. Можна імпортувати попри це.
matching-rule-nameless = Не імпортується: імені немає, лише номер або порожньо. Можна імпортувати попри це.
matching-rule-seat = Схоже на спільне робоче місце (місце і номер), а не на людину: вирішіть один раз для всієї групи.
matching-rule-login = Логін у Creatio збігається з іменем користувача Webitel ({ matching-agreement }); якби інший ключ вів деінде, вирішувала б людина.
matching-rule-manual = Ім’я контакту збігається з іменем користувача Webitel, і жоден інший співробітник так не зветься ({ matching-agreement }).
matching-rule-email = Та сама особиста адреса e-mail, більше її ніхто не має ({ matching-agreement }); { matching-next }.
matching-rule-mobile = Той самий мобільний номер, більше його ніхто не має ({ matching-agreement }); { matching-next }.
matching-rule-name = Пов’язано за іменем: { matching-agreement }; єдиний співробітник з таким іменем (очікувано інших: { $namesakes }); { matching-next }. Якби так звався ще один співробітник, вирішувала б людина.
matching-rule-supported = Пов’язано: { matching-supported-by }, і { matching-agreement }; { matching-next }. Якби був ще один такий близький співробітник, вирішувала б людина.
matching-rule-keys-disagree = Логін, e-mail і телефон ведуть до різних контактів; лише людина скаже, котрий правильний.
matching-rule-key-against-name = Логін, e-mail або телефон ведуть до контакту, але там { matching-agreement }: ключ могли передати іншому. Було б автоматично, якби імена узгоджувалися.
matching-rule-key-against-better-name = Логін, e-mail або телефон ведуть до одного контакту, але інший зветься точно як користувач: ключ могли передати іншому.
matching-rule-renamed = Логін, e-mail або телефон і ім’я збігаються, прізвище — ні: можливо, його змінено, наприклад у шлюбі.
matching-rule-outside-pool = Контакт, що підходить, не є співробітником ({ matching-agreement }): пов’яжіть його або створіть окремий контакт співробітника. Було б автоматично, якби він був співробітником і ніщо інше не заважало.
matching-rule-rivals = { $rivals ->
    [one] Два контакти підходять
   *[other] Ще кілька контактів ({ $rivals }) підходять
} майже однаково ({ matching-agreement }; { matching-next }). Було б автоматично, якби з обох боків була особиста адреса e-mail, мобільний номер або ім’я по батькові.
matching-rule-rival-users = { $usercount ->
    [0] Інший користувач Webitel має той самий ключ
    [one] Користувач Webitel { $users } підходить до цього контакту так само
   *[other] Користувачі Webitel { $users } підходять до цього контакту так само
} або вже має його; розрізнити може лише людина.
matching-rule-common-name = На розгляд: { matching-agreement }, але воно поширене: очікувано ще { $namesakes } співробітників з таким іменем. Було б автоматично, якби з обох боків була особиста адреса e-mail, мобільний номер або ім’я по батькові.
matching-rule-almost = На розгляд: { matching-agreement }; { matching-next }. Було б автоматично, якби адреса e-mail починалася з логіна, збігався телефон або компанія.
matching-rule-initial = На розгляд: { matching-agreement }; { matching-next }. Було б автоматично, якби адреса e-mail починалася з логіна, збігався телефон або компанія.
matching-rule-surname = На розгляд: { matching-agreement }: цього замало для певності; { matching-next }.
matching-rule-login-suggestion = Логін вказує на цей контакт ({ matching-agreement }); самого логіна для зв’язку замало. Було б автоматично з повним іменем або особистою адресою e-mail з обох боків.
matching-rule-one-word = Одного слова замало, щоб знайти людину чи створити контакт; заповніть повне ім’я у Webitel.
matching-rule-no-surname = Імені без прізвища замало, щоб знайти людину або створити контакт; впишіть повне ім’я у Webitel.
matching-rule-login-only = Є лише логін, і він ні на кого не вказує; заповніть повне ім’я у Webitel.
matching-rule-nobody = Жоден контакт, співробітник чи ні, не схожий на цього користувача; контакт буде створено.
matching-rule-evidence = Пов’язано: { matching-agreement }; збігаються й інші стовпці, очікувано інших таких людей: { $namesakes }; { matching-next }.

matching-candidate = { matching-agreement }{ $key ->
    [login] , логін у Creatio збігається з іменем користувача
    [manual] , ім’я контакту збігається з іменем користувача
    [email] , та сама адреса e-mail
    [mobile] , той самий мобільний номер
   *[none] {""}
}{ $support ->
    [email-local] , адреса e-mail починається з логіна
    [phone] , той самий номер телефону
    [account] , та сама компанія
   *[none] {""}
}{ $extension ->
    [same] , той самий внутрішній номер (важить мало: номери успадковують)
   *[other] {""}
}{ $pooled ->
    [no] ; не співробітник
   *[yes] {""}
}

# --- що може бути не так з таблицями ------------------------------------------------------------------------------------

matching-table = { $table ->
    [users] користувачів
    [contacts] контактів
   *[other] { $table }
}
matching-column-missing = У таблиці { matching-table } немає стовпця { $column }.
    .next = Додайте до таблиці стовпець { $column } або перейменуйте той, що його містить.
matching-id-twice = Ідентифікатор у стовпці { $column } таблиці { matching-table } трапляється більше одного разу.
    .next = Експортуйте таблицю знову: один рядок на кожен ідентифікатор у { $column }.
matching-id-blank = У рядку таблиці { matching-table } стовпець { $column } порожній.
    .next = Експортуйте таблицю знову з ідентифікатором у кожному рядку.

# --- команда `usersync match` -------------------------------------------------------------------------------------------

matching-summary = Користувачів: { NUMBER($users, useGrouping: 0) }; пов’язано { NUMBER($auto, useGrouping: 0) }, на розгляд { NUMBER($review, useGrouping: 0) }, створити { NUMBER($create, useGrouping: 0) }, пропущено { NUMBER($skip, useGrouping: 0) }; рядків таблиць, які не вдалося прочитати: { NUMBER($skipped, useGrouping: 0) }.
matching-table-empty = Таблиця { matching-table } порожня.
    .next = Експортуйте її знову з рядком заголовків і щонайменше стовпцем ідентифікатора.
matching-no-folder = Немає теки { $path }, куди записати рішення.
    .next = Створіть теку або вкажіть інший шлях у --output.
matching-pool-unknown = Потрібні співробітники, але в таблиці контактів немає ні TypeId, ні Login.
    .next = Додайте до експорту стовпець TypeId або Login чи вкажіть --pool all.
matching-row-broken = Рядок { NUMBER($line, useGrouping: 0) } таблиці { matching-table } не є рядком CSV (незакриті лапки?); його пропущено.
matching-row-length = У рядку { NUMBER($line, useGrouping: 0) } таблиці { matching-table } інша кількість полів, ніж у заголовку; його пропущено.
matching-row-bytes = Рядок { NUMBER($line, useGrouping: 0) } таблиці { matching-table } містить байти, що не є текстом; його пропущено.
matching-row-no-id = У рядку { NUMBER($line, useGrouping: 0) } таблиці { matching-table } порожній стовпець { $column }; його пропущено.
matching-row-id-twice = Рядок { NUMBER($line, useGrouping: 0) } таблиці { matching-table } повторює ідентифікатор зі стовпця { $column }; його пропущено.

matching-kind = { $usual ->
    [flag] true або false
    [text] текст
    [list] список текстів
    [whole] ціле число, не менше 0
   *[number] число, не менше 0
}
matching-setting-unknown = Зіставлення не має налаштування { $setting }.
    .next = Використайте одне з: { $known }.
matching-setting-wrong = Налаштування { $setting } зіставлення має бути таким: { matching-kind }.
    .next = Виправте його в розділі «matching» налаштувань (docs/matching.md).
