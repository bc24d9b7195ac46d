import type { Language } from '../i18n/index';

/** What this screen says beyond the words that the whole app shares. */
export interface ChannelTexts {
  loading: string;
  /** `{host}`, `{name}` and `{email}` are filled in. */
  known: string;
  unavailable: string;
}

/** A language without an entry of its own shows English here. */
const all: { readonly [Name in Language]?: ChannelTexts } & { readonly en: ChannelTexts } = {
  en: {
    loading: 'Fetching your profile…',
    known: '{host} knows you as {name}, {email}.',
    unavailable: '{host} cannot tell us about you at the moment.',
  },
  de: {
    loading: 'Dein Profil wird geholt …',
    known: '{host} kennt dich als {name}, {email}.',
    unavailable: '{host} gibt im Moment keine Auskunft über dich.',
  },
  es: {
    loading: 'Obteniendo tu perfil…',
    known: '{host} te conoce como {name}, {email}.',
    unavailable: '{host} no puede darnos tus datos en este momento.',
  },
  fr: {
    loading: 'Récupération de votre profil…',
    known: 'Pour {host}, vous êtes {name}, {email}.',
    unavailable: '{host} ne peut rien nous dire de vous pour le moment.',
  },
};

export const channelTexts = (language: Language): ChannelTexts => all[language] ?? all.en;
