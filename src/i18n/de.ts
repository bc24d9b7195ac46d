import type { Texts } from './en';

export const de: Texts = {
  languageName: 'Deutsch',
  language: 'Sprache: {name}',
  chooseLanguage: 'Sprache wählen',

  signIn: 'Anmelden',
  cancel: 'Abbrechen',
  back: 'Zurück',
  tryAgain: 'Erneut versuchen',
  newCode: 'Neuen Code holen',
  trouble: 'Klappt es nicht?',
  continue: 'Weiter',
  notYou: 'Nicht du? Abmelden',
  addPerson: 'Person hinzufügen',
  switchPerson: 'Person wechseln',
  signOut: 'Abmelden',
  signOutAll: 'Alle abmelden',
  staySignedIn: 'Angemeldet bleiben',
  leave: 'Verlassen',
  stay: 'Bleiben',

  welcome: 'Willkommen',
  welcomeBody:
    'Einmal mit dem Handy anmelden, und dieser Fernseher kennt dich.\nKein Tippen mit der Fernbedienung.',
  signedOut: 'Du bist abgemeldet',
  signedOutBody:
    'Dieser Fernseher hat dein Konto vergessen. Die Sitzung wird beim Dienst beendet\u00a0…',
  signedOutRevoked:
    'Dieser Fernseher hat dein Konto vergessen, und der Dienst hat die Sitzung beendet.',
  signedOutUnsupported:
    'Dieser Fernseher hat dein Konto vergessen. Beim Dienst lässt sich die Sitzung von hier aus nicht beenden: Dort läuft sie vielleicht weiter, bis sie von selbst endet.',
  signedOutUntold:
    'Dieser Fernseher hat dein Konto vergessen. Der Dienst war nicht erreichbar: Dort läuft die Sitzung vielleicht weiter, bis sie von selbst endet.',
  signedOutLater:
    'Dieser Fernseher hat dein Konto vergessen. Der Dienst war nicht erreichbar: Die Sitzung wird dort beendet, sobald dieser Fernseher wieder online ist.',
  signedOutRefused:
    'Dieser Fernseher hat dein Konto vergessen. Der Dienst hat das Beenden der Sitzung abgelehnt: Dort läuft sie vielleicht weiter, bis sie von selbst endet.',
  wipe: 'Alles von diesem Fernseher entfernen',
  confirmWipe: 'Alles von diesem Fernseher entfernen?',
  confirmWipeBody:
    'Alle Konten und Einstellungen, die {app} hier gespeichert hat, werden gelöscht, für alle Personen. Sitzungen werden beim Dienst beendet, wenn er jetzt erreichbar ist.',
  removeEverything: 'Alles entfernen',
  keepEverything: 'Alles behalten',
  wiping: 'Alles wird entfernt\u00a0…',
  wipingBody: 'Das dauert ein paar Sekunden.',
  wiped: 'Alles ist entfernt',
  wipedRevoked:
    'Auf diesem Fernseher gibt es keine Konten und Einstellungen dieser App mehr, und der Dienst hat alle Sitzungen beendet.',
  wipedUntold:
    'Auf diesem Fernseher gibt es keine Konten und Einstellungen dieser App mehr. Nicht jede Sitzung ließ sich beim Dienst beenden: Dort läuft sie vielleicht weiter, bis sie von selbst endet. Du kannst diesen Fernseher dort entfernen.',
  wipedNothing:
    'Auf diesem Fernseher gibt es keine Konten und Einstellungen dieser App mehr. Es war niemand angemeldet.',
  wipeFailed: 'Nicht alles ließ sich entfernen',
  wipeFailedBody:
    'Der Speicher des Fernsehers ließ sich nicht leeren. Versuche es noch einmal, oder setze die App in den Einstellungen des Fernsehers zurück.',
  sessionEnded: 'Bitte melde dich neu an',
  sessionEndedBody:
    'Deine Anmeldung auf diesem Fernseher ist abgelaufen. Neu anmelden dauert keine Minute.',
  recordDamaged: 'Bitte melde dich noch einmal an',
  recordDamagedBody: 'Der Fernseher konnte deine gespeicherte Anmeldung nicht lesen.',
  recordNewerBody:
    'Eine neuere Version dieser App hat deine Anmeldung gespeichert, und diese kann sie nicht lesen. Sie bleibt erhalten, bis die App aktualisiert wird.',

  starting: 'Einen Moment\u00a0…',
  startingLong: 'Dein Konto wird geöffnet\u00a0…',
  phoneTitle: 'Mit dem Handy anmelden',
  secondStep: 'Schritt 2 von 2: Microsoft-Konto freigeben',
  firstConfirmed: 'Der erste Code ist bestätigt',
  asking: 'Der Code wird geholt\u00a0…',
  askingHost: 'Der Code wird bei {host} geholt\u00a0…',
  waiting: 'Der Anmeldedienst ist ausgelastet. Nächster Versuch in {time}.',
  manyRequests: 'Das waren viele Codes in kurzer Zeit. Der nächste kommt in {time}.',
  approved: 'Bestätigt',
  approvedBody: 'Du wirst angemeldet. Das dauert nur einen Moment.',

  stepScan: 'Das Bild mit der Handykamera scannen',
  stepOpen: 'oder {address} öffnen',
  stepCheck: 'Prüfen, ob das Handy diesen Code zeigt',
  stepType: 'Diesen Code eingeben',
  stepApprove: 'Bestätigen. Hier geht es von selbst weiter.',
  captionType: 'Scannen, dann den Code eingeben',
  left: 'noch {time}',
  retrying: '{problem}, neuer Versuch läuft',
  retryingFor: '{problem}, seit {minutes} Min. – neuer Versuch läuft',
  ownTv: 'Nur fortfahren, wenn du das an diesem Fernseher begonnen hast.',

  helpTitle: 'Klappt es nicht?',
  helpOnline: 'Ist das Handy online? Es darf in einem anderen Netz sein als dieser Fernseher.',
  helpTyped: 'Scannen klappt nicht? Tippe dies in den Handybrowser:',
  helpCode: 'Gib dann diesen Code genau so ein, wie er hier steht.',
  helpWait: 'Warte nach dem Bestätigen ein paar Sekunden.',

  hello: 'Hallo, {name}',
  helloNameless: 'Hallo',
  kept: 'auf diesem Fernseher angemeldet',
  'storage-failed':
    'Dieser Fernseher kann die Anmeldung nicht speichern: Sie gilt, bis die App geschlossen wird.',
  'not-given':
    'Der Anmeldedienst gab diesem Fernseher keinen dauerhaften Zugang: Er endet, wenn die App geschlossen wird.',
  offlineNow: 'Im Moment keine Verbindung',
  troubleNow: 'Der Anmeldedienst hat im Moment ein Problem',
  troubleSince: 'Der Anmeldedienst hat seit dem {date} ein Problem',
  refusedNow: 'Der Anmeldedienst lehnt diesen Fernseher ab · Referenz {reference}',
  signInAgain: 'Neu anmelden',
  who: 'Wer schaut zu?',
  nameless: 'Person {number}',
  begin: 'Alles bereit, {name}',
  beginNameless: 'Alles bereit',
  beginBody: 'Hier beginnt {app}.',

  confirmSignOut: '{name} abmelden?',
  confirmSignOutNameless: 'Abmelden?',
  confirmSignOutBody: 'Dieser Fernseher vergisst das Konto. Neu anmelden geht jederzeit.',
  stillListed:
    'Beim Dienst selbst kann dieser Fernseher weiter aufgeführt sein; dort lässt er sich entfernen.',
  confirmExit: '{app} verlassen?',
  confirmExitBody: 'Deine Anmeldung bleibt, wie sie ist.',

  expired: 'Dieser Code ist abgelaufen',
  expiredBody: 'Codes gelten nur kurz. Hol einen neuen, wenn dein Handy bereitliegt.',
  expiredTrouble:
    '{problem}. Falls du auf dem Handy zugestimmt hast, ist das hier nicht angekommen: Hol bitte einen neuen Code.',
  denied: 'Die Anmeldung wurde abgelehnt',
  deniedBody: 'Auf dem Handy wurde nicht zugestimmt, also ist hier niemand angemeldet.',

  authorized: 'Dieses Microsoft-Konto ist autorisiert',
  authorizedBody:
    'Der Server darf es jetzt verwenden. Auf diesem Fernseher ist niemand angemeldet.',
  done: 'Fertig',

  offline: 'Dieser Fernseher ist offline',
  'offline.help': 'Prüfe die Netzwerkverbindung des Fernsehers und versuche es erneut.',
  'server-unreachable': 'Der Anmeldedienst ist nicht erreichbar',
  'server-unreachable.help':
    '{host} antwortet nicht. Meist hilft es, eine Minute zu warten. Wenn nicht, geht vielleicht die Uhr des Fernsehers falsch: Sie zeigt den {date}.',
  'server-error': 'Der Anmeldedienst hat eine Störung',
  'server-error.help':
    'Das liegt nicht an dir und nicht am Fernseher. Versuche es in ein paar Minuten erneut.',
  'server-busy': 'Der Anmeldedienst ist ausgelastet',
  'server-busy.help': 'Gerade melden sich sehr viele an. Versuche es in einer Minute erneut.',
  'time-out': 'Der Anmeldedienst braucht zu lange',
  'time-out.help':
    '{host} hat nicht rechtzeitig geantwortet. Vielleicht ist die Verbindung langsam: Versuche es erneut.',
  'clock-wrong': 'Die Uhr des Fernsehers geht wohl falsch',
  'clock-wrong.help':
    'Sie zeigt den {date}. Stelle Datum und Uhrzeit in den Einstellungen des Fernsehers: Eine sichere Verbindung braucht sie.',
  misconfigured: 'Diese App ist nicht richtig eingerichtet',
  'misconfigured.help':
    'Der Anmeldedienst hat die App selbst abgewiesen. Bitte nenne {app} die Referenz unten.',
  'untrusted-address': 'Der Anmeldedienst verweist auf eine andere Adresse',
  'untrusted-address.help':
    '{host} nennt eine Adresse, die nicht erkennbar die eigene ist. Dieser Fernseher sendet nichts dorthin. Bitte nenne {app} die Referenz unten.',
  hostChanged:
    'Der Dienst hat jetzt eine andere Adresse. Zur Sicherheit wurde deine Anmeldung nicht dorthin gesendet. Melde dich neu an, um weiterzumachen.',
  'browser-calls-refused': 'Der Anmeldedienst lässt diese TV-App nicht zu',
  'browser-calls-refused.help':
    '{host} nimmt keine Anfragen dieser App an. Bitte nenne {app} die Referenz unten.',
  'not-completed': 'Die Anmeldung wurde nicht fertig',
  'not-completed.help':
    'Der Anmeldedienst hat sie nicht abgeschlossen. Vielleicht wurde der Code schon verwendet. Versuche es erneut.',
  refused: 'Der Anmeldedienst hat abgelehnt',
  'refused.help':
    '{host} nennt den Grund unten. Versuche es erneut, oder nenne {app} die Referenz.',
  'network-sign-in': 'Dieses Netzwerk verlangt erst eine Anmeldung',
  'network-sign-in.help':
    'Auf dem Weg zu {host} antwortet etwas mit einer eigenen Seite, wie in Hotels. Öffne das Netzwerk in den Einstellungen des Fernsehers und versuche es erneut.',
  'not-sendable': 'Diese App kann ihre Anfrage nicht senden',
  'not-sendable.help':
    'Eine Einstellung der App passt nicht in eine Anfrage. Bitte nenne {app} die Referenz unten.',
  'storage-unreadable': 'Der Speicher des Fernsehers ließ sich nicht lesen',
  'storage-unreadable.help':
    'Deine Anmeldung ist vielleicht noch da: Es wurde nichts gelöscht. Versuche es gleich noch einmal.',
  'key-lost': 'Der Schlüssel zu deiner Anmeldung fehlt',
  'key-lost.help':
    'Er kann nicht mehr nachweisen, dass die Anmeldung seine eigene ist. Bitte melde dich neu an.',
  tokenTypeUnknown:
    'Du hast zugestimmt, aber {host} hat mit einer Art von Token geantwortet, die diese App nicht kennt. Nenne {app} bitte die Referenz unten.',
  needsMfa:
    '{host} verlangt einen zweiten Nachweis, dass du es bist (Multi-Faktor). Richte ihn auf dem Handy ein oder bestätige ihn, dann versuch es noch einmal.',
  needsConsent:
    '{host} braucht zuerst deine Einwilligung für diese App. Gib sie auf dem Handy, dann versuch es noch einmal.',
  needsLogin:
    '{host} verlangt, dass du dich auf dem Handy neu anmeldest. Danach versuch es noch einmal.',
  serviceSays: 'Der Dienst sagt: „{sentence}“',
  theService: 'Der Anmeldedienst',

  reference: 'Referenz {reference}',
  lastTried: 'letzter Versuch um {time}',
  triedTimes: '{tries} Versuche, zuletzt um {time}',
  faults: 'Die Einstellungen der App sind zu prüfen',
  more: 'und {count} weitere',
  dash: 'Strich',
  space: 'Leerzeichen',
  dot: 'Punkt',
  codeSpoken: 'Der Code lautet {code}.',
  addressSpoken: 'Öffne {address} auf dem Handy.',

  tooOld:
    'Die Software dieses Fernsehers ist zu alt für diese App. Such in seinen Einstellungen nach einem Update.',
  framed:
    'Zu deiner Sicherheit läuft diese App nicht innerhalb einer anderen Seite. Öffne sie für sich allein.',
};
