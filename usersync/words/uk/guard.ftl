guard-source-empty = Webitel не повернув жодного користувача{ $usual ->
        [0] { "" }
       *[other] { " " }(зі звичних { NUMBER($usual, useGrouping: 0) })
    }; нічого не записано.
    .next = Перевірте, що USERSYNC_WEBITEL__URL і обліковий запис належать потрібному домену та мають право читати користувачів.
guard-source-shrunk = Webitel повернув { NUMBER($seen, useGrouping: 0) } зі звичних { NUMBER($usual, useGrouping: 0) } користувачів; нічого не записано.
    .next = Подивіться у Webitel: якщо користувачів справді немає, підніміть rules.trust.missing_share на один запуск.
guard-source-untrusted = Список користувачів Webitel суперечить сам собі (прочитано { NUMBER($seen, useGrouping: 0) }{ $usual ->
        [0] { "" }
       *[other] , звично { NUMBER($usual, useGrouping: 0) }
    }); нічого не записано.
    .next = Запустіть знову; якщо повториться, покажіть адміністраторові Webitel сказане тут: його списку не можна вірити.
guard-source-unproven = { NUMBER($count) } відомих користувачів не було у списку Webitel, хоча вони там є; нічого не записано.
    .next = Запустіть знову; якщо повториться, списку Webitel не можна вірити: скажіть адміністраторові Webitel.
guard-source-differs = Два читання користувачів Webitel різняться ({ NUMBER($first) } і { NUMBER($second) }); нічого не записано.
    .next = Запустіть знову, коли ніхто не змінює користувачів.
guard-target-no-employees = Creatio не показує активних користувачів-співробітників{ $usual ->
        [0] { "" }
       *[other] { " " }(зі звичних { NUMBER($usual, useGrouping: 0) })
    }; нічого не записано.
    .next = Дайте інтеграційному користувачеві право читати SysAdminUnit (див. docs/configure.md, права).
guard-target-no-contacts = Creatio не показує контактів{ $usual ->
        [0] { "" }
       *[other] { " " }(зі звичних { NUMBER($usual, useGrouping: 0) })
    }; нічого не записано.
    .next = Дайте інтеграційному користувачеві право читати Contact (див. docs/configure.md, права).
guard-target-no-accounts = Creatio не показує контрагентів, хоча контакти до них належать; нічого не записано.
    .next = Дайте інтеграційному користувачеві право читати Account (див. docs/configure.md, права).
guard-target-linked-contacts = Creatio показує { NUMBER($seen, useGrouping: 0) } з { NUMBER($usual, useGrouping: 0) } пов'язаних контактів; нічого не записано.
    .next = Перевірте права інтеграційного користувача на Contact і те, що це потрібний Creatio.
guard-target-linked-records = Creatio показує { NUMBER($seen, useGrouping: 0) } з { NUMBER($usual, useGrouping: 0) } пов'язаних записів розділу; нічого не записано.
    .next = Перевірте права інтеграційного користувача на об'єкт розділу і те, що це потрібний Creatio.
guard-target-shrunk = Creatio показує { NUMBER($seen, useGrouping: 0) } { $what ->
        [contacts] контактів
       *[employees] співробітників
    } зі звичних { NUMBER($usual, useGrouping: 0) }; нічого не записано.
    .next = Перевірте права інтеграційного користувача і те, що це потрібний Creatio.
guard-target-own-contact = Creatio не показує власного контакту інтеграційного користувача; нічого не записано.
    .next = Дайте інтеграційному користувачеві право читати контакти (див. docs/configure.md, права).
guard-target-truncated = Creatio нараховує { NUMBER($count, useGrouping: 0) } рядків { $entity }, а повернув { NUMBER($seen, useGrouping: 0) }; нічого не записано.
    .next = Запустіть знову, коли ніхто не імпортує; якщо повториться, зменште USERSYNC_CREATIO__PAGE_SIZE.
guard-moved = Після першого запису зрушилося ще щось: { $what }. Додаток реагує на наші записи; більше нічого не записано.
    .next = Див. docs/troubleshooting.md, «An add-on reacts to our writes».
guard-first-records-failed = Жодного з перших { NUMBER($count) } записів не вдалося записати; далі не пробувалося.
    .next = Подивіться через «usersync show», чому; найчастіше якась колонка розділу в цьому Creatio обов'язкова або інтеграційний користувач не має права її писати.
guard-meter-first = перше застосування в цьому домені: змін { NUMBER($value) }
guard-meter-created = контактів до створення: { NUMBER($value) } (межа { NUMBER($limit) })
guard-meter-disabled = вимкнених записів і забраних місць: { NUMBER($value) } (межа { NUMBER($limit) })
guard-meter-updated = користувачів до оновлення: { NUMBER($value) } (межа { NUMBER($limit) })
guard-meter-relinked = зв'язків перенесено на інший id Webitel: { NUMBER($value) }
guard-meter-undone = після останнього застосування запуск було скасовано: змін { NUMBER($value) }
guard-part-of-more = частина плану { $plan }, який потребував затвердження
