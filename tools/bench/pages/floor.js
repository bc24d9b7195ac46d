// What cannot be saved: a WebGL context, two rectangles, and the same requests.
(() => {
  var canvas = document.createElement('canvas');
  canvas.width = 1920;
  canvas.height = 1080;
  document.body.appendChild(canvas);
  var gl = canvas.getContext('webgl');
  function rectangle(x, y, width, height, red, green, blue) {
    gl.enable(gl.SCISSOR_TEST);
    gl.scissor(x, y, width, height);
    gl.clearColor(red, green, blue, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
  }
  rectangle(0, 0, 1920, 1080, 0.04, 0.06, 0.13);
  rectangle(96, 96, 400, 96, 0.95, 0.96, 0.98);
  document.body.setAttribute('data-screen', 'signed-out');
  addEventListener('keydown', (event) => {
    if (event.keyCode !== 13) return;
    fetch(`${ISSUER}/.well-known/openid-configuration`)
      .then((reply) => reply.json())
      .then((server) =>
        fetch(server.device_authorization_endpoint, {
          method: 'POST',
          headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
          body: 'client_id=tv&scope=openid%20profile%20email%20offline_access',
        }),
      )
      .then((reply) => reply.json())
      .then(() => {
        rectangle(1200, 260, 560, 560, 0.92, 0.92, 0.92);
        document.body.setAttribute('data-screen', 'showing-code');
      });
  });
})();
