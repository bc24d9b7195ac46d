import type { Texts } from './en';

export const fr: Texts = {
  languageName: 'Français',
  language: 'Langue\u00a0: {name}',
  chooseLanguage: 'Choisissez votre langue',

  signIn: 'Se connecter',
  cancel: 'Annuler',
  back: 'Retour',
  tryAgain: 'Réessayer',
  newCode: 'Obtenir un nouveau code',
  trouble: 'Un problème\u00a0?',
  continue: 'Continuer',
  notYou: 'Pas vous\u00a0? Se déconnecter',
  addPerson: 'Ajouter une personne',
  switchPerson: 'Changer de personne',
  signOut: 'Se déconnecter',
  signOutAll: 'Déconnecter tout le monde',
  staySignedIn: 'Garder la session',
  leave: 'Quitter',
  stay: 'Rester',

  welcome: 'Bienvenue',
  welcomeBody:
    'Connectez-vous une fois par téléphone, et cette TV vous reconnaît.\nRien à taper avec la télécommande.',
  signedOut: 'La session est fermée',
  signedOutBody: 'Cette TV a oublié votre compte. Fermeture de la session auprès du service…',
  signedOutRevoked: 'Cette TV a oublié votre compte, et le service a fermé la session.',
  signedOutUnsupported:
    'Cette TV a oublié votre compte. Le service ne permet pas de fermer la session d’ici\u00a0: elle peut y rester ouverte jusqu’à ce qu’elle expire.',
  signedOutUntold:
    'Cette TV a oublié votre compte. Le service n’a pas pu être joint\u00a0: la session peut y rester ouverte jusqu’à ce qu’elle expire.',
  signedOutLater:
    'Cette TV a oublié votre compte. Le service n’a pas pu être joint\u00a0: la session y sera fermée dès que cette TV sera de nouveau en ligne.',
  signedOutRefused:
    'Cette TV a oublié votre compte. Le service a refusé de fermer la session\u00a0: elle peut y durer jusqu’à ce qu’elle se termine d’elle-même.',
  wipe: 'Tout effacer de cette TV',
  confirmWipe: 'Tout effacer de cette TV\u00a0?',
  confirmWipeBody:
    'Les comptes et réglages que {app} conserve ici seront effacés, pour tout le monde. Les sessions seront fermées auprès du service s’il peut être joint maintenant.',
  removeEverything: 'Tout effacer',
  keepEverything: 'Tout garder',
  wiping: 'Effacement en cours\u00a0…',
  wipingBody: 'Cela prend quelques secondes.',
  wiped: 'Tout est effacé',
  wipedRevoked:
    'Cette TV n’a plus ni compte ni réglage de cette application, et le service a fermé toutes les sessions.',
  wipedUntold:
    'Cette TV n’a plus ni compte ni réglage de cette application. Certaines sessions n’ont pas pu être fermées auprès du service\u00a0: elles peuvent y rester ouvertes jusqu’à ce qu’elles expirent. Vous pouvez y supprimer cette TV.',
  wipedNothing:
    'Cette TV n’a plus ni compte ni réglage de cette application. Personne n’était connecté.',
  wipeFailed: 'Tout n’a pas pu être effacé',
  wipeFailedBody:
    'La mémoire de la TV n’a pas pu être vidée. Réessayez, ou réinitialisez l’application dans les réglages de la TV.',
  sessionEnded: 'Veuillez vous reconnecter',
  sessionEndedBody:
    'Votre session sur cette TV est terminée. Se reconnecter prend moins d’une minute.',
  recordDamaged: 'Veuillez vous reconnecter une fois',
  recordDamagedBody: 'Cette TV n’a pas pu relire la session qu’elle avait conservée.',
  recordNewerBody:
    'Une version plus récente de cette application a conservé votre session, et celle-ci ne peut pas la lire. Elle reste en place jusqu’à la mise à jour de l’application.',

  starting: 'Un instant\u00a0…',
  startingLong: 'Ouverture de votre compte\u00a0…',
  phoneTitle: 'Connexion avec le téléphone',
  secondStep: 'Étape 2/2 : autorisez le compte Microsoft',
  firstConfirmed: 'Le premier code est confirmé',
  asking: 'Demande d’un code\u00a0…',
  askingHost: 'Demande d’un code à {host}\u00a0…',
  waiting: 'Le service de connexion est occupé. Nouvel essai dans {time}.',
  manyRequests: 'Cela fait beaucoup de codes en peu de temps. Le prochain arrive dans {time}.',
  approved: 'C’est approuvé',
  approvedBody: 'Connexion en cours. Cela ne prend qu’un instant.',

  stepScan: 'Scannez l’image avec votre téléphone',
  stepOpen: 'ou ouvrez {address}',
  stepCheck: 'Vérifiez que le téléphone affiche ce code',
  stepType: 'Saisissez ce code',
  stepApprove: 'Approuvez. Cet écran continue tout seul.',
  captionType: 'Scannez, puis saisissez le code',
  left: 'encore {time}',
  retrying: '{problem}, nouvel essai',
  retryingFor: '{problem} depuis {minutes} min, nouvel essai',
  ownTv: 'Continuez seulement si vous avez commencé sur cette TV.',

  helpTitle: 'Un problème de connexion\u00a0?',
  helpOnline:
    'Vérifiez que le téléphone est en ligne. Il peut utiliser un autre réseau que cette TV.',
  helpTyped: 'Le scan échoue\u00a0? Tapez ceci dans son navigateur\u00a0:',
  helpCode: 'Saisissez ensuite ce code exactement comme ici.',
  helpWait: 'Après l’approbation, patientez quelques secondes.',

  hello: 'Bonjour, {name}',
  helloNameless: 'Bonjour',
  kept: 'cette TV reste connectée',
  'storage-failed':
    'Cette TV ne peut pas conserver la session\u00a0: elle dure jusqu’à la fermeture de l’application.',
  'not-given':
    'Le service de connexion n’a pas donné d’accès durable à cette TV\u00a0: il prend fin à la fermeture de l’application.',
  offlineNow: 'Pas de connexion pour le moment',
  troubleNow: 'Le service de connexion a un problème en ce moment',
  troubleSince: 'Le service de connexion a un problème depuis le {date}',
  refusedNow: 'Le service de connexion refuse cette TV · Référence {reference}',
  signInAgain: 'Se reconnecter',
  who: 'Qui regarde\u00a0?',
  nameless: 'Personne {number}',
  begin: 'C’est parti, {name}',
  beginNameless: 'C’est parti',
  beginBody: '{app} commence ici.',

  confirmSignOut: 'Déconnecter {name}\u00a0?',
  confirmSignOutNameless: 'Se déconnecter\u00a0?',
  confirmSignOutBody: 'Cette TV oubliera le compte. Vous pourrez vous reconnecter à tout moment.',
  stillListed: 'Le service peut continuer à afficher cette TV\u00a0; vous pouvez l’y retirer.',
  confirmExit: 'Quitter {app}\u00a0?',
  confirmExitBody: 'Votre session reste telle quelle.',

  expired: 'Ce code a expiré',
  expiredBody:
    'Un code n’est valable que peu de temps. Demandez-en un autre quand votre téléphone est prêt.',
  expiredTrouble:
    '{problem}. Si vous avez accepté sur votre téléphone, ce téléviseur ne l’a pas appris : demandez un nouveau code.',
  denied: 'La connexion a été refusée',
  deniedBody:
    'Elle n’a pas été approuvée sur le téléphone\u00a0: personne n’est connecté sur cette TV.',

  authorized: 'Ce compte Microsoft est autorisé',
  authorizedBody: 'Le serveur peut maintenant l’utiliser. Personne n’est connecté sur cette TV.',
  done: 'Terminé',

  offline: 'Cette TV est hors ligne',
  'offline.help': 'Vérifiez la connexion réseau de la TV, puis réessayez.',
  'server-unreachable': 'Le service de connexion est injoignable',
  'server-unreachable.help':
    '{host} ne répond pas. Attendre une minute suffit souvent. Sinon, l’horloge de la TV est peut-être fausse\u00a0: elle indique le {date}.',
  'server-error': 'Le service de connexion a un problème',
  'server-error.help': 'Cela ne vient ni de vous ni de cette TV. Réessayez dans quelques minutes.',
  'server-busy': 'Le service de connexion est occupé',
  'server-busy.help': 'Trop de personnes se connectent en ce moment. Réessayez dans une minute.',
  'time-out': 'Le service de connexion est trop lent',
  'time-out.help':
    '{host} n’a pas répondu à temps. La connexion est peut-être lente\u00a0: réessayez.',
  'clock-wrong': 'L’horloge de cette TV semble fausse',
  'clock-wrong.help':
    'Elle indique le {date}. Réglez la date et l’heure de la TV\u00a0: une connexion sécurisée en a besoin.',
  misconfigured: 'Cette application est mal configurée',
  'misconfigured.help':
    'Le service de connexion n’a pas accepté l’application. Communiquez à {app} la référence ci-dessous.',
  'untrusted-address': 'Le service renvoie vers une autre adresse',
  'untrusted-address.help':
    '{host} indique une adresse qui n’est pas reconnue comme la sienne, et cette TV n’y envoie rien. Veuillez indiquer à {app} la référence ci-dessous.',
  hostChanged:
    'Le service utilise désormais une autre adresse. Par sécurité, votre connexion n’y a pas été envoyée. Reconnectez-vous pour continuer.',
  'browser-calls-refused': 'Le service refuse cette application',
  'browser-calls-refused.help':
    '{host} n’accepte pas les appels de cette application. Communiquez à {app} la référence ci-dessous.',
  'not-completed': 'La connexion n’est pas terminée',
  'not-completed.help':
    'Le service ne l’a pas menée à terme. Le code a peut-être déjà servi. Réessayez.',
  refused: 'Le service de connexion a refusé',
  'refused.help': '{host} donne la raison ci-dessous. Réessayez, ou indiquez la référence à {app}.',
  'network-sign-in': 'Ce réseau demande d’abord sa propre connexion',
  'network-sign-in.help':
    'Sur le chemin vers {host}, quelque chose répond par sa propre page, comme dans les hôtels. Ouvrez le réseau dans les réglages du téléviseur, puis réessayez.',
  'not-sendable': 'Cette application ne peut pas envoyer sa demande',
  'not-sendable.help':
    'Un réglage de l’application ne tient pas dans une demande. Veuillez indiquer à {app} la référence ci-dessous.',
  'storage-unreadable': 'La mémoire de ce téléviseur n’a pas pu être lue',
  'storage-unreadable.help':
    'Votre connexion est peut-être encore là : rien n’a été effacé. Réessayez dans un instant.',
  'key-lost': 'Ce téléviseur a perdu la clé de votre connexion',
  'key-lost.help':
    'Il ne peut plus prouver que la connexion est la sienne. Veuillez vous reconnecter.',
  tokenTypeUnknown:
    'Vous avez accepté, mais {host} a répondu avec un type de jeton que cette application ne connaît pas. Indiquez la référence ci-dessous à {app}.',
  needsMfa:
    '{host} demande une seconde preuve d’identité (multifacteur). Configurez-la ou confirmez-la sur votre téléphone, puis réessayez.',
  needsConsent:
    '{host} a d’abord besoin de votre consentement pour cette application. Donnez-le sur votre téléphone, puis réessayez.',
  needsLogin:
    '{host} vous demande de vous reconnecter sur votre téléphone. Faites-le, puis réessayez.',
  serviceSays: 'Le service dit : « {sentence} »',
  theService: 'Le service de connexion',

  reference: 'Référence {reference}',
  lastTried: 'dernier essai à {time}',
  triedTimes: '{tries} essais, le dernier à {time}',
  faults: 'Les réglages de l’application sont à revoir',
  more: 'et {count} de plus',
  dash: 'tiret',
  space: 'espace',
  dot: 'point',
  codeSpoken: 'Le code est {code}.',
  addressSpoken: 'Ouvrez {address} sur votre téléphone.',

  tooOld:
    'Le logiciel de ce téléviseur est trop ancien pour cette application. Cherchez une mise à jour dans ses réglages.',
  framed:
    'Pour votre sécurité, cette application ne s’ouvre pas à l’intérieur d’une autre page. Ouvrez-la seule.',
};
