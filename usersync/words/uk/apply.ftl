apply-needs-another = інша зміна, від якої вона залежить, не вдалася
apply-stopped = не надіслано: запуск зупинено
apply-stale = хтось змінив це після складання плану: { $fields }
apply-record-there = хтось створив запис із цим логіном після складання плану
apply-contact-there = хтось увів цю людину, відколи складено план
apply-row-missing = хтось видалив це після складання плану
apply-user-missing = користувача більше немає у Webitel
apply-changed-at-once = хтось змінив це одразу після запису
