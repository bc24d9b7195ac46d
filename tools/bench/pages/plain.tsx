import * as oauth from 'oauth4webapi';
import { QRCodeSVG } from 'qrcode.react';
import { useEffect, useRef, useState } from 'react';
import { createRoot } from 'react-dom/client';

declare const ISSUER: string;
const client: oauth.Client = { client_id: 'tv' };
const options = { [oauth.allowInsecureRequests]: true };

/** The server's metadata, a code for the viewer, and then polls until there is a token. */
async function signIn(show: (code: oauth.DeviceAuthorizationResponse) => void): Promise<boolean> {
  const issuer = new URL(ISSUER);
  const server = await oauth.processDiscoveryResponse(
    issuer,
    await oauth.discoveryRequest(issuer, options),
  );
  const parameters = new URLSearchParams({ scope: 'openid profile email offline_access' });
  const code = await oauth.processDeviceAuthorizationResponse(
    server,
    client,
    await oauth.deviceAuthorizationRequest(server, client, oauth.None(), parameters, options),
  );
  show(code);
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, (code.interval ?? 5) * 1000));
    const reply = await oauth.deviceCodeGrantRequest(
      server,
      client,
      oauth.None(),
      code.device_code,
      options,
    );
    try {
      await oauth.processDeviceCodeResponse(server, client, reply);
      return true;
    } catch (error) {
      if ((error as oauth.ResponseBodyError).error !== 'authorization_pending') return false;
    }
  }
}

function App() {
  const button = useRef<HTMLButtonElement>(null);
  const [code, setCode] = useState<oauth.DeviceAuthorizationResponse>();
  const [signedIn, setSignedIn] = useState(false);
  useEffect(() => button.current?.focus(), []);
  if (signedIn) return <h1 data-screen="signed-in">Hello</h1>;
  if (code !== undefined) {
    return (
      <main data-screen="showing-code">
        <h1>Sign in with your phone</h1>
        <p>Go to {code.verification_uri} and enter</p>
        <strong data-user-code="">{code.user_code}</strong>
        <QRCodeSVG value={code.verification_uri_complete ?? code.verification_uri} size={560} />
      </main>
    );
  }
  return (
    <main data-screen="signed-out">
      <h1>Sign in on your TV</h1>
      <p>Use your phone to sign in. No typing with the remote.</p>
      <button type="button" ref={button} onClick={() => void signIn(setCode).then(setSignedIn)}>
        Sign in
      </button>
    </main>
  );
}

createRoot(document.getElementById('root') as HTMLElement).render(<App />);
