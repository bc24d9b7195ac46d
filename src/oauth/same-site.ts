/** Labels below a country's under which anyone may register, as in `example.co.uk`. */
const secondLevel =
  /^(..|adv|art|asn|biz|com|edu|eng|firm|game|gen|gob|gov|gouv|govt|gub|idf|idv|ind|inf|info|int|k12|ltd|med|mil|muni|name|net|nhs|nic|nom|org|plc|police|press|priv|pro|sch|school|store|tur|web)$/;

/** Domains whose subdomains belong to different people: tenants of services, hosting, dynamic names. */
const shared =
  'accounts.dev ae.org amazonaws.com amazoncognito.com amplifyapp.com appspot.com auth0.com authgearapps.com awsapprunner.com awsapps.com azure-api.net azurecontainerapps.io azurefd.net azurestaticapps.net azurewebsites.net b2clogin.com blogspot.com br.com ciamlogin.com cidaas.de cidaas.eu cloud-iam.com cloudapp.net cloudflareaccess.com cloudfront.net cloudfunctions.net cn.com co.com com.de com.se ddns.net de.com deno.dev duckdns.org dyndns.org elasticbeanstalk.com eu.com firebaseapp.com fly.dev force.com forgeblocks.com frontegg.com fusionauth.io gb.net github.dev github.io gitlab.io gitpod.io glitch.me googleapis.com herokuapp.com hf.space home.arpa hopto.org hu.net in.net jp.net jpn.com kinde.com koyeb.app loca.lt logto.app mex.com myshopify.com netlify.app ngrok-free.app ngrok.app ngrok.dev ngrok.io nip.io okta-emea.com okta.com oktapreview.com on.aws ondigitalocean.app onelogin.com onrender.com oraclecloud.com oryapis.com pages.dev phasetwo.io pingone.com plex.direct r2.dev railway.app repl.co replit.app replit.dev ru.com run.app sa.com salesforce.com se.net sharepoint.com sslip.io supabase.co surge.sh synology.me trafficmanager.net trycloudflare.com ts.net uk.com uk.net us.com us.org vercel.app web.app webflow.io windows.net wixsite.com wordpress.com workers.dev za.com zitadel.app zitadel.cloud'.split(
    ' ',
  );

const lastLabels = (host: string, count: number): string => host.split('.').slice(-count).join('.');

/** Addresses of IP, which have no domain. */
const isNumeric = (host: string) => /^[\d.]+$|^\[/.test(host);

/** This machine, by any of its names: development servers mix them. */
const isLoopback = (host: string) => /^((.+\.)?localhost|127(\.\d+){3}|\[::1\])$/.test(host);

const isBelow = (lower: string, upper: string) => lower.slice(-upper.length - 1) === `.${upper}`;

/**
 * The domain whose hosts belong to a host's owner as far as names tell: the registrable one, or the
 * host itself where it is a tenant of a service. Without a list of all public suffixes this errs
 * towards the smaller domain.
 *
 * @param host in the form of a parsed URL
 * @returns undefined for what has no domain, e.g. an address of IP
 */
export function ownDomain(host: string): string | undefined {
  if (isNumeric(host) || shared.includes(host)) return undefined;
  if (shared.some((one) => isBelow(host, one))) return host;
  const [second = '', country = ''] = lastLabels(host, 2).split('.');
  const labels = country.length === 2 && secondLevel.test(second) ? 3 : 2;
  return host.split('.').length >= labels ? lastLabels(host, labels) : undefined;
}

/**
 * Whether two hosts belong to one owner as far as names tell.
 *
 * @param host in the form of a parsed URL
 */
export function isSameSite(host: string, other: string): boolean {
  if (host === other || (isLoopback(host) && isLoopback(other))) return true;
  const domain = ownDomain(host);
  return domain !== undefined && (other === domain || isBelow(other, domain));
}
