// From a file to an answer in two regions and two tenants, with OpenAI's own client for JavaScript.
// Resource Manager, Entra and Monitor are called with fetch. Nothing here knows of an emulator.

import OpenAI, { AzureOpenAI, toFile } from "openai";

const given = process.env;
const arm = given.AZURE_RESOURCE_MANAGER;
const MODEL = "gpt-4.1-mini-2025-04-14";
const QUESTION = [{ role: "user", content: "What does function number 7 do?" }];

function must(condition, what) {
  if (!condition) throw new Error(what);
}

function trainingData() {
  const rows = [...Array(12).keys()].map((number) => ({
    messages: [
      { role: "user", content: `What does function number ${number} do?` },
      { role: "assistant", content: `It returns ${number}.` },
    ],
  }));
  return rows.map((row) => JSON.stringify(row)).join("\n");
}

async function token(tenant) {
  const form = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: given.AZURE_CLIENT_ID,
    client_secret: given.AZURE_CLIENT_SECRET,
    scope: "https://management.azure.com/.default",
  });
  const url = `${given.AZURE_AUTHORITY_HOST}/${tenant}/oauth2/v2.0/token`;
  const answer = await fetch(url, { method: "POST", body: form });
  return (await answer.json()).access_token;
}

async function manage(method, path, { tenant, version = "2024-10-01", body, headers = {} } = {}) {
  const url = new URL(path.startsWith("https:") ? path : arm + path);
  if (!url.searchParams.has("api-version")) url.searchParams.set("api-version", version);
  const bearer = await token(tenant ?? given.AZURE_TENANT_ID);
  return fetch(url, {
    method,
    body: body && JSON.stringify(body),
    headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json", ...headers },
  });
}

async function finished(answer, tenant) {
  const url = answer.headers.get("azure-asyncoperation");
  for (let looks = 0; url && looks < 100; looks += 1) {
    const { status } = await (await manage("GET", url, { tenant })).json();
    if (status === "Succeeded") return;
    must(["Running", "Creating", "Deleting", "Accepted"].includes(status), `operation: ${status}`);
  }
}

async function deploy(account, model, { tenant, headers } = {}) {
  const wanted = { format: "OpenAI", version: "1", ...model };
  const body = { sku: { name: "Standard", capacity: 1 }, properties: { model: wanted } };
  const path = `${account}/deployments/js`;
  const answer = await manage("PUT", path, { tenant, headers, body });
  must(answer.status === 201, `${answer.status}: ${await answer.clone().text()}`);
  await finished(answer, tenant);
  const made = await (await manage("GET", path, { tenant })).json();
  console.log("deployment", made.properties.provisioningState);
}

async function trained(client) {
  const file = await client.files.create({
    file: await toFile(Buffer.from(trainingData()), "train.jsonl"),
    purpose: "fine-tune",
  });
  let job = await client.fineTuning.jobs.create({
    model: MODEL,
    training_file: file.id,
    suffix: "js",
    seed: 7,
  });
  console.log("submitted", job.status);
  while (!["succeeded", "failed", "cancelled"].includes(job.status)) {
    job = await client.fineTuning.jobs.retrieve(job.id);
  }
  console.log("ended", job.status);
  const points = await client.fineTuning.jobs.checkpoints.list(job.id);
  console.log("checkpoints", points.data.length);
  const events = await client.fineTuning.jobs.listEvents(job.id, { limit: 100 });
  console.log("events", events.data.some((event) => event.message === "Job succeeded."));
  return { file, job };
}

async function ask(client) {
  const answer = await client.chat.completions.create({ model: "js", messages: QUESTION });
  console.log("answer", answer.choices[0].message.content);
  let text = "";
  const stream = await client.chat.completions.create({
    model: "js",
    messages: QUESTION,
    stream: true,
  });
  for await (const chunk of stream) text += chunk.choices[0]?.delta?.content ?? "";
  console.log("streamed", text);
  const response = await client.responses.create({ model: "js", input: QUESTION[0].content });
  console.log("response", response.output_text);
}

async function metric(account) {
  const query = new URLSearchParams({
    metricnames: "AzureOpenAIRequests",
    interval: "FULL",
    aggregation: "Total",
    $filter: "ModelDeploymentName eq 'js'",
  });
  const path = `${account}/providers/Microsoft.Insights/metrics?${query}`;
  const body = await (await manage("GET", path, { version: "2023-10-01" })).json();
  const points = body.value[0].timeseries.flatMap((series) => series.data);
  console.log("calls", points.reduce((sum, point) => sum + (point.total ?? 0), 0));
}

async function removed(account, tenant) {
  const answer = await manage("DELETE", `${account}/deployments/js`, { tenant });
  must([200, 202].includes(answer.status), `delete: ${answer.status}`);
  await finished(answer, tenant);
}

const { ACCOUNT_ID: home, OTHER_ACCOUNT_ID: region, FOREIGN_ACCOUNT_ID: foreign } = given;
const keys = await (await manage("POST", `${home}/listKeys`)).json();
const endpoint = given.AZURE_OPENAI_ENDPOINT;
const classic = new AzureOpenAI({ endpoint, apiKey: keys.key1, apiVersion: "2024-10-21" });
const v1 = new OpenAI({ baseURL: `${endpoint}/openai/v1/`, apiKey: keys.key1 });
const { file, job } = await trained(classic);
const name = job.fine_tuned_model;
await deploy(home, { name });
await deploy(region, { name, source: home });
const tenant = given.FOREIGN_TENANT_ID;
const auxiliary = `Bearer ${await token(given.AZURE_TENANT_ID)}`;
await deploy(foreign, { name, sourceAccount: home }, {
  tenant,
  headers: { "x-ms-authorization-auxiliary": auxiliary },
});
await ask(v1);
await metric(home);
await removed(home);
await removed(region);
await removed(foreign, tenant);
console.log("deleted", (await classic.files.delete(file.id)).deleted);
