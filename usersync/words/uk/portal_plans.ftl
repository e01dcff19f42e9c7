portal-plan = План
portal-plan-made = Складено
portal-plan-changes = Зміни
portal-plan-asked-by = Хто запустив
portal-plan-decided = Вирішено
portal-plan-until = Чинний до
portal-plans-caption = Плани цього домену, найновіші спочатку
portal-plans-none = Планів немає. Запуск зберігає план, коли має що змінити.
portal-plan-run = Запуск { $run }
portal-plan-size = користувачів: { $users }, змін: { $changes }
portal-plan-derived = Складено з { $plan } без частини рядків
portal-plan-is-waiting = План чекає схвалення до { $until }. До того нічого не записується.
    .next = Схваліть його, вилучіть рядки або відхиліть.
portal-plan-is-approved = Схвалено: { $author }, { $at }. Його можна виконати один раз, до { $until }.
portal-plan-is-rejected = Відхилено: { $author }, { $at }. Виконати його не можна.
portal-plan-is-used = План виконано.
portal-plan-is-expired = Його час минув: дані могли змінитися. Запустіть новий перегляд, щоб отримати свіжий план.
portal-plan-is-superseded = Його місце зайняв новіший план.
portal-plan-comment = «{ $comment }»
portal-plan-comment-label = Коментар
portal-plan-erased = З цього плану вилучено дані особи: його не можна ні схвалити, ні виконати.
portal-plan-meters = Наскільки далеко йде план
portal-plan-leave-out = Вилучити
portal-plan-leave-out-one = Вилучити { $user }
portal-plan-approve = Схвалити
portal-plan-approve-ask = Схвалити план { $plan }: змін { $changes }, користувачів { $users }?
portal-plan-approve-hint = Схвалюється саме цей план, один раз. Перед виконанням обидві сторони читаються знову; те, що тим часом змінилося, не чіпається.
portal-plan-reject = Відхилити
portal-plan-reject-ask = Відхилити цей план?
portal-plan-cut = Вилучити позначені рядки
portal-plan-cut-none = Спершу позначте рядки, які треба вилучити.
portal-plan-cut-ask =
    { $count ->
        [one] Вилучити з плану { $count } користувача?
       *[other] Вилучити з плану { $count } користувачів?
    }
portal-plan-cut-hint = Місце цього плану займе новий, із власним хешем; він чекатиме схвалення.
portal-plan-carry-out = Виконати
portal-plan-named = План { $plan }
portal-plan-hash = Хеш: { $hash }
portal-plan-began = складено { $at } для { $author }
