import type { Texts } from './en';

export const es: Texts = {
  languageName: 'Español',
  language: 'Idioma: {name}',
  chooseLanguage: 'Elige tu idioma',

  signIn: 'Iniciar sesión',
  cancel: 'Cancelar',
  back: 'Volver',
  tryAgain: 'Reintentar',
  newCode: 'Obtener otro código',
  trouble: '¿Tienes problemas?',
  continue: 'Continuar',
  notYou: '¿No eres tú? Cerrar sesión',
  addPerson: 'Añadir persona',
  switchPerson: 'Cambiar de persona',
  signOut: 'Cerrar sesión',
  signOutAll: 'Cerrar todas las sesiones',
  staySignedIn: 'Mantener la sesión',
  leave: 'Salir',
  stay: 'Quedarme',

  welcome: 'Te damos la bienvenida',
  welcomeBody:
    'Inicia sesión una vez con el móvil y este televisor te recordará.\nSin escribir con el mando.',
  signedOut: 'Has cerrado la sesión',
  signedOutBody: 'Este televisor ha olvidado tu cuenta. Cerrando la sesión en el servicio…',
  signedOutRevoked: 'Este televisor ha olvidado tu cuenta y el servicio ha cerrado la sesión.',
  signedOutUnsupported:
    'Este televisor ha olvidado tu cuenta. El servicio no permite cerrar la sesión desde aquí: allí puede seguir abierta hasta que termine por sí sola.',
  signedOutUntold:
    'Este televisor ha olvidado tu cuenta. No se pudo contactar con el servicio: allí la sesión puede seguir abierta hasta que termine por sí sola.',
  signedOutLater:
    'Este televisor ha olvidado tu cuenta. No se pudo contactar con el servicio: la sesión se cerrará allí cuando este televisor vuelva a tener conexión.',
  signedOutRefused:
    'Este televisor ha olvidado tu cuenta. El servicio se ha negado a cerrar la sesión: allí puede seguir hasta que termine sola.',
  wipe: 'Borrar todo de este televisor',
  confirmWipe: '¿Borrar todo de este televisor?',
  confirmWipeBody:
    'Se borrarán, para todas las personas, las cuentas y los ajustes que {app} guarda aquí. Las sesiones se cerrarán en el servicio si se puede contactar con él ahora.',
  removeEverything: 'Borrar todo',
  keepEverything: 'Conservar todo',
  wiping: 'Borrando todo…',
  wipingBody: 'Tardará unos segundos.',
  wiped: 'Todo está borrado',
  wipedRevoked:
    'En este televisor ya no hay cuentas ni ajustes de esta aplicación, y el servicio ha cerrado todas las sesiones.',
  wipedUntold:
    'En este televisor ya no hay cuentas ni ajustes de esta aplicación. No se pudieron cerrar todas las sesiones en el servicio: allí pueden seguir abiertas hasta que terminen por sí solas. Puedes quitar este televisor allí.',
  wipedNothing:
    'En este televisor ya no hay cuentas ni ajustes de esta aplicación. No había ninguna sesión iniciada.',
  wipeFailed: 'No se pudo borrar todo',
  wipeFailedBody:
    'No se pudo vaciar la memoria del televisor. Inténtalo de nuevo o restablece la aplicación en los ajustes del televisor.',
  sessionEnded: 'Vuelve a iniciar sesión',
  sessionEndedBody:
    'Tu sesión en este televisor ha terminado. Volver a iniciarla lleva menos de un minuto.',
  recordDamaged: 'Inicia sesión una vez más',
  recordDamagedBody: 'Este televisor no ha podido leer la sesión que tenía guardada.',
  recordNewerBody:
    'Una versión más nueva de esta aplicación guardó tu sesión y esta no puede leerla. Se conserva hasta que se actualice la aplicación.',

  starting: 'Un momento…',
  startingLong: 'Abriendo tu cuenta…',
  phoneTitle: 'Inicia sesión con el móvil',
  secondStep: 'Paso 2 de 2: autoriza la cuenta de Microsoft',
  firstConfirmed: 'El primer código está confirmado',
  asking: 'Pidiendo un código…',
  askingHost: 'Pidiendo un código a {host}…',
  waiting: 'El servicio de inicio de sesión está ocupado. Nuevo intento en {time}.',
  manyRequests: 'Han sido muchos códigos en poco tiempo. El siguiente llega en {time}.',
  approved: 'Aprobado',
  approvedBody: 'Iniciando tu sesión. Solo tardará un momento.',

  stepScan: 'Escanea la imagen con la cámara del móvil',
  stepOpen: 'o abre {address}',
  stepCheck: 'Comprueba que el móvil muestra este código',
  stepType: 'Escribe este código',
  stepApprove: 'Aprueba. Esta pantalla sigue sola.',
  captionType: 'Escanea y luego escribe el código',
  left: 'quedan {time}',
  retrying: '{problem}, reintentando',
  retryingFor: '{problem} desde hace {minutes} min, reintentando',
  ownTv: 'Continúa solo si lo has empezado en este televisor.',

  helpTitle: '¿Problemas para iniciar sesión?',
  helpOnline: 'Comprueba que el móvil tiene conexión. Puede usar otra red que este televisor.',
  helpTyped: '¿No se escanea? Escribe esto en el navegador del móvil:',
  helpCode: 'Después escribe este código tal como aparece aquí.',
  helpWait: 'Tras aprobar, espera unos segundos.',

  hello: 'Hola, {name}',
  helloNameless: 'Hola',
  kept: 'la sesión queda abierta en este televisor',
  'storage-failed':
    'Este televisor no puede guardar la sesión: durará hasta que se cierre la aplicación.',
  'not-given':
    'El servicio no ha dado a este televisor un acceso duradero: termina al cerrar la aplicación.',
  offlineNow: 'Sin conexión en este momento',
  troubleNow: 'El servicio de inicio de sesión tiene un problema en este momento',
  troubleSince: 'El servicio de inicio de sesión tiene un problema desde el {date}',
  refusedNow: 'El servicio de inicio de sesión rechaza este televisor · Referencia {reference}',
  signInAgain: 'Volver a iniciar sesión',
  who: '¿Quién va a ver?',
  nameless: 'Persona {number}',
  begin: 'Todo listo, {name}',
  beginNameless: 'Todo listo',
  beginBody: '{app} empieza aquí.',

  confirmSignOut: '¿Cerrar la sesión de {name}?',
  confirmSignOutNameless: '¿Cerrar la sesión?',
  confirmSignOutBody:
    'Este televisor olvidará la cuenta. Puedes volver a iniciar sesión cuando quieras.',
  stillListed: 'El servicio puede seguir mostrando esta TV en su lista; allí puedes quitarla.',
  confirmExit: '¿Salir de {app}?',
  confirmExitBody: 'Tu sesión se queda como está.',

  expired: 'Este código ha caducado',
  expiredBody: 'Los códigos valen poco tiempo. Pide otro cuando tengas el móvil a mano.',
  expiredTrouble:
    '{problem}. Si diste tu aprobación en el móvil, no ha llegado a esta TV: pide un código nuevo.',
  denied: 'Se ha rechazado el inicio de sesión',
  deniedBody: 'No se ha aprobado en el móvil, así que nadie ha entrado en este televisor.',

  authorized: 'Esta cuenta de Microsoft está autorizada',
  authorizedBody: 'El servidor ya puede usarla. Nadie ha entrado en este televisor.',
  done: 'Listo',

  offline: 'Este televisor no tiene conexión',
  'offline.help': 'Comprueba la conexión de red del televisor y vuelve a intentarlo.',
  'server-unreachable': 'No se puede contactar con el servicio',
  'server-unreachable.help':
    '{host} no responde. Suele bastar con esperar un minuto. Si sigue igual, puede que el reloj del televisor esté mal: indica {date}.',
  'server-error': 'El servicio tiene un problema',
  'server-error.help':
    'No es culpa tuya ni de este televisor. Vuelve a intentarlo dentro de unos minutos.',
  'server-busy': 'El servicio está ocupado',
  'server-busy.help':
    'Hay demasiadas personas iniciando sesión. Vuelve a intentarlo dentro de un minuto.',
  'time-out': 'El servicio tarda demasiado',
  'time-out.help':
    '{host} no ha respondido a tiempo. La conexión puede ser lenta: vuelve a intentarlo.',
  'clock-wrong': 'El reloj del televisor parece estar mal',
  'clock-wrong.help':
    'Indica {date}. Ajusta la fecha y la hora del televisor: una conexión segura las necesita.',
  misconfigured: 'Esta aplicación no está bien configurada',
  'misconfigured.help':
    'El servicio de inicio de sesión no ha aceptado la aplicación. Indica a {app} la referencia de abajo.',
  'untrusted-address': 'El servicio remite a otra dirección',
  'untrusted-address.help':
    '{host} indica una dirección que no consta como suya, y este televisor no le envía nada. Indica a {app} la referencia de abajo.',
  hostChanged:
    'El servicio usa ahora otra dirección. Por seguridad, tu sesión no se ha enviado allí. Vuelve a iniciar sesión para continuar.',
  'browser-calls-refused': 'El servicio rechaza esta aplicación',
  'browser-calls-refused.help':
    '{host} no acepta llamadas de esta aplicación. Indica a {app} la referencia de abajo.',
  'not-completed': 'El inicio de sesión no ha terminado',
  'not-completed.help':
    'El servicio no lo ha completado. Puede que el código ya se haya usado. Vuelve a intentarlo.',
  refused: 'El servicio de acceso lo ha rechazado',
  'refused.help':
    '{host} da el motivo de abajo. Puedes intentarlo de nuevo o indicar la referencia a {app}.',
  'network-sign-in': 'Esta red pide antes su propio acceso',
  'network-sign-in.help':
    'Algo en el camino a {host} responde con una página propia, como en los hoteles. Abre la red en los ajustes del televisor e inténtalo de nuevo.',
  'not-sendable': 'Esta aplicación no puede enviar su solicitud',
  'not-sendable.help':
    'Un ajuste de la aplicación no cabe en una solicitud. Indica a {app} la referencia de abajo.',
  'storage-unreadable': 'No se ha podido leer la memoria del televisor',
  'storage-unreadable.help':
    'Tu sesión puede seguir ahí: no se ha borrado nada. Inténtalo de nuevo dentro de un momento.',
  'key-lost': 'Este televisor ha perdido la clave de tu sesión',
  'key-lost.help': 'Ya no puede demostrar que la sesión es suya. Vuelve a iniciar sesión.',
  tokenTypeUnknown:
    'Lo aprobaste, pero {host} respondió con un tipo de token que esta aplicación no conoce. Indica a {app} la referencia de abajo.',
  needsMfa:
    '{host} pide una segunda prueba de identidad (multifactor). Configúrala o confírmala en el móvil e inténtalo otra vez.',
  needsConsent:
    '{host} necesita antes tu consentimiento para esta aplicación. Dalo en el móvil e inténtalo otra vez.',
  needsLogin: '{host} pide que inicies sesión de nuevo en el móvil. Hazlo e inténtalo otra vez.',
  serviceSays: 'El servicio dice: «{sentence}»',
  theService: 'El servicio de inicio de sesión',

  reference: 'Referencia {reference}',
  lastTried: 'último intento a las {time}',
  triedTimes: '{tries} intentos, el último a las {time}',
  faults: 'Hay que revisar los ajustes de la aplicación',
  more: 'y {count} más',
  dash: 'guion',
  space: 'espacio',
  dot: 'punto',
  codeSpoken: 'El código es {code}.',
  addressSpoken: 'Abre {address} en el móvil.',

  tooOld:
    'El software de este televisor es demasiado antiguo para esta aplicación. Busca una actualización en sus ajustes.',
  framed:
    'Por tu seguridad, esta aplicación no se abre dentro de otra página. Ábrela por separado.',
};
