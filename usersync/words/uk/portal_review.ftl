portal-fact-username = Логін Webitel
portal-fact-extension = Внутрішній номер
portal-fact-email = E-mail
portal-fact-user-id = User ID
portal-fact-mobile = Мобільний телефон
portal-fact-phone = Телефон
portal-fact-account = Контрагент
portal-review-questions = Питання
portal-review-open =
    { $count ->
        [0] Відкритих питань немає.
        [one] Відкрите { $count } питання.
        [few] Відкриті { $count } питання.
       *[other] Відкритих питань: { $count }.
    }
portal-review-none = Вирішувати нема чого. Ті, кого не вдасться зіставити без сумніву, з’являться тут після наступного запуску.
portal-review-candidate = Кандидат { $number }
portal-review-contact-gone = Цього контакта вже немає в Creatio.
portal-review-in-creatio = Відкрити в Creatio
portal-review-agrees = порівняно з іменем користувача: { $how }
portal-review-said = { $author }, { $at }: { $verdict }. «{ $reason }»
portal-review-reason = Причина
portal-review-reason-given = Обидві сторони порівняно в порталі
portal-review-answered = { $user }: { $answer }. Наступний запуск це виконає.
portal-review-equal = Пов’язати всіх таких ({ $count }) з першим кандидатом…
portal-review-equal-ask = Пов’язати користувачів ({ $count }) з першим кандидатом кожного?
portal-review-take-back = Забрати останню відповідь (u)
portal-review-taken-back = Відповідь забрано.
portal-review-nothing-given = На цій сторінці ще не було відповідей.
portal-review-everything = Також вирішені та пропущені
portal-review-export = Експорт у таблицю
portal-review-import = Імпорт таблиці
portal-review-imported = Прийнято: { $given }. Було сказано раніше: { $known }. Відмовлено: { $refused }.
portal-review-refused = Рядок { $line }: { $why }
portal-review-keys = Клавіші: 1 2 3 пов’язати, c s a i p відповісти, j k далі й назад, u забрати останню відповідь.
portal-answer-link = Пов’язати
portal-answer-not-same = Не той самий
portal-answer-create = Створити контакт
portal-answer-separate-contact = Окремий контакт працівника
portal-answer-second-account = Другий обліковий запис тієї самої особи
portal-answer-import-anyway = Імпортувати попри це
portal-answer-ignore = Не чіпати
portal-answer-postpone = Відкласти на тиждень
portal-answer-restore = Відновити запис
portal-answer-take-webitel = Взяти значення Webitel
portal-answer-keep-mine = Лишити значення запису
portal-review-candidate-grade = Кандидат { $number } · оцінка { $grade }
portal-review-candidate-score = Кандидат { $number } · оцінка { $grade }, { $score } зі 100
