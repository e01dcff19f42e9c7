planning-unchanged = нічого не змінилося
planning-changed = змінено у Webitel
planning-importer = обліковий запис, яким працює сам usersync
planning-excluded = виключено налаштуванням rules.exclude
planning-duplicate-in-source = має спільний логін або внутрішній номер з іншим користувачем Webitel
    .next = Дайте кожному користувачеві Webitel власний логін і номер, тоді запустіть знову.
planning-too-long = поле { $field } довше за 250 символів, які вміщує Creatio
    .next = Скоротіть його у Webitel.
planning-duplicate-records = цьому користувачеві належить кілька записів розділу
    .next = Залиште один запис у розділі «Користувачі Webitel», решту видаліть.
planning-login-reused = його логін належав іншій людині, якої вже немає у Webitel
    .next = Скажіть, чи це та сама людина.
planning-record-deleted = його запис видалено вручну, і він лишається видаленим
    .next = Скажіть «відновити» у перегляді, щоб його створено знову.
planning-contact-lost = контакту його запису більше немає у Creatio
    .next = Оберіть контакт у записі або дайте відповідь у перегляді.
planning-contact-moved = його запису вручну дано інший контакт; зв'язок іде за ним
planning-record-without-contact = його запис без контакту, і жодного не знайдено напевно
    .next = Оберіть контакт у записі або дайте відповідь у перегляді.
planning-contact-has-record =
    { $count ->
        [one] знайдений контакт уже має запис, що не належить цьому користувачеві
        [few] знайдений контакт уже має { $count } записи
       *[other] знайдений контакт уже має { $count } записів
    }
    .next = Скажіть, чи це другий обліковий запис тієї самої людини.
planning-not-decided = рішення про нього не ухвалено
planning-differs = поля, введені вручну, відрізняються від Webitel: { $fields }
    .next = Скажіть, яке значення правильне.
planning-no-extension = немає внутрішнього номера, а логін запису — це номер
    .next = Дайте користувачеві номер у Webitel.
planning-record-changed = змінено у Webitel: { $fields }
planning-email-filled = контакт не мав електронної пошти
planning-email-changed = його електронна пошта змінилася у Webitel
planning-resumed = його контакт уже є, а запису ще не створено
planning-extension-told = контакт не мав цього внутрішнього номера
planning-extension-outdated = попередній внутрішній номер більше не використовується
planning-extension-again = внутрішній номер знову використовується
planning-detail-changed = у Webitel інакше
planning-detail-missing = у Webitel є, у деталі не було
planning-detail-outdated = у Webitel більше немає
planning-left-out = вилучено з плану людиною
planning-licenses = ліцензії за правилами
planning-leaver = звільнений: його користувач Creatio неактивний; зайнято місць: { NUMBER($seats) }
planning-leaver-releases = звільнений: його місця звільняються
planning-tombstone-releases = видалений у Webitel: його місця звільняються
planning-account-missing = компанії немає у Creatio
planning-account-unknown = контрагента, названого налаштуванням rules.account.id, у Creatio немає
    .next = Виправте rules.account.id.
planning-account-which = у Creatio { NUMBER($count) } контрагентів типу «Наша компанія», і ніщо не каже, котрий належить цьому користувачеві
    .next = Задайте rules.account.id або rules.account.email_domains.
planning-account-several = у Creatio { NUMBER($count) } контрагенти(ів) з назвою компанії
    .next = Вкажіть потрібного в rules.account.id.
planning-account-other-legal-form = контрагент з такою назвою має іншу правову форму
    .next = Вкажіть rules.account.id або узгодьте назви.
planning-gone-disabled = немає у Webitel: його запис вимикається
planning-gone-deleted = немає у Webitel довше за термін очікування: його запис видаляється
planning-gone-left = немає у Webitel: його запис лишається як є
planning-tag-missing = тегу «not in Webitel» ще немає
planning-never-linked =
    { $count ->
        [one] { $count } запис розділу не належить нікому у Webitel і ніколи не був пов'язаний; його не чіпаємо.
        [few] { $count } записи розділу не належать нікому у Webitel і ніколи не були пов'язані; їх не чіпаємо.
       *[other] { $count } записів розділу не належать нікому у Webitel і ніколи не були пов'язані; їх не чіпаємо.
    }
planning-classic-no-password = Створені тут записи не мають пароля: старий CTI-клієнт не увійде з ними, доки адміністратор його не встановить.
planning-classic-no-license-detail = У цьому Creatio немає деталі «Ліцензії користувача»: ліцензій Webitel у ньому не показати.
planning-product-not-assigned-to-users = { $product } не призначається користувачам; правило не виконується.
    .next = Приберіть правило з rules.licenses.
planning-product-without-valid-license = Сьогодні немає чинної ліцензії { $product }; правило не виконується.
    .next = Поновіть ліцензію у Webitel або приберіть правило з rules.licenses.
planning-product-unknown = У Webitel немає ліцензії { $product }; правило не виконується.
    .next = Виправте назву продукту в rules.licenses або приберіть правило.
planning-product-not-yet-valid = Ліцензія { $product } починає діяти { $day }; доти правило не виконується.
planning-license-ends =
    Ліцензія { $license } ({ $product }) закінчується { $day }; { $users ->
        [one] її має { $users } користувач.
        [few] її мають { $users } користувачі.
       *[other] її мають { NUMBER($users) } користувачів.
    }
    .next = Поновіть її у Webitel.
planning-seat-kept = місце, що мало звільнитися, не звільняється: це вилучено з плану людиною
planning-seats-short =
    { $reserved ->
        [0] вільних місць { $product } немає: з { NUMBER($limit) } за правилами зайнято { NUMBER($here) }, іншими — { NUMBER($others) }
       *[other] вільних місць { $product } немає: з { NUMBER($limit) } за правилами зайнято { NUMBER($here) }, іншими — { NUMBER($others) }, у резерві — { NUMBER($reserved) }
    }
planning-adopted = запис із цим логіном уже був; введене вручну лишається
planning-returned = знову у Webitel; його запис і зв'язок живуть далі
planning-relearnt = його запис має його User ID

planning-situation-unchanged = без змін
planning-situation-changed = змінено
planning-situation-adopted = запис прийнято
planning-situation-linked-now = пов’язано тепер
planning-situation-disputed = не вирішено
planning-situation-unmatched = ніхто не підходить
planning-situation-skipped = пропущено
planning-situation-leaver = звільнений
planning-situation-gone = зник
planning-situation-returned = повернувся
planning-situation-login-reused = логін ужито знову
planning-situation-contact-moved = контакт переїхав
planning-situation-contact-lost = контакт утрачено
planning-situation-record-deleted = запис видалено
planning-situation-duplicate-records = кілька записів
planning-situation-duplicate-in-source = двічі у Webitel
planning-situation-shared-seat = спільне місце
planning-situation-no-extension = без внутрішнього номера
planning-situation-never-linked = ніколи не пов’язаний
planning-situation-without-system-user = без користувача Creatio
planning-situation-without-telephony = без ліцензії на телефонію
planning-situation-out-of-workplace = розділу немає в робочому місці
