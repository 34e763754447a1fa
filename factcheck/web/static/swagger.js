// Shows the OpenAPI document of this server; nothing is loaded from elsewhere.
const holder = document.getElementById("swagger-ui");
SwaggerUIBundle({
  url: holder.dataset.document,
  domNode: holder,
  deepLinking: true,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis],
});
