sandbox-no-world = У { $path } немає світу пісочниці.
    .next = Згенеруйте його командою "usersync sandbox generate --directory { $path }" або вкажіть інший каталог.

sandbox-world-exists = У { $path } вже є світ пісочниці.
    .next = Запустіть його командою "usersync sandbox serve --directory { $path }" або вкажіть порожній каталог.

sandbox-not-started = Служба { $service } пісочниці не запустилася за десять секунд.
    .next = Прочитайте { $log }: причина в останніх рядках. Зайнятий порт можна змінити через --webitel-port і --creatio-port.
