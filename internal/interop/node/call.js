// Makes calls with the vendor's Node.js clients. Reads one call in JSON a line, and writes one outcome in JSON a line.
'use strict';

const readline = require('node:readline');
const client = require('@alicloud/openapi-client');
const core = require('@alicloud/openapi-core');
const clientUtil = require('@alicloud/openapi-util').default;
const { RuntimeOptions } = require('@alicloud/tea-util');
const Pop = require('@alicloud/pop-core').RPCClient;

function config(call) {
  return {
    accessKeyId: call.key.id,
    accessKeySecret: call.key.secret,
    securityToken: call.key.token || undefined,
    type: call.key.token ? 'sts' : 'access_key',
    endpoint: call.host,
    protocol: 'HTTP',
    regionId: call.fields.RegionId,
    signatureAlgorithm: call.algorithm || undefined,
  };
}

function params(call) {
  return {
    action: 'UntagResources', version: call.version, protocol: 'HTTP', pathname: '/', method: 'POST',
    authType: 'AK', style: 'RPC', reqBodyType: 'formData', bodyType: 'json',
  };
}

// The clients are called as the vendor's generated packages call them.
const clients = {
  async 'openapi-client'(call) {
    const request = call.form ? { body: call.fields } : { query: clientUtil.query(call.fields) };
    const c = new client.default(new client.Config(config(call)));
    return (await c.callApi(new client.Params(params(call)), new client.OpenApiRequest(request), new RuntimeOptions({}))).body;
  },
  async 'openapi-core'(call) {
    const { Config, Params, OpenApiRequest } = core.$OpenApiUtil;
    const request = call.form ? { body: call.fields } : { query: core.OpenApiUtil.query(call.fields) };
    const c = new core.default(new Config(config(call)));
    return (await c.callApi(new Params(params(call)), new OpenApiRequest(request), new RuntimeOptions({}))).body;
  },
  async 'pop-core'(call) {
    const c = new Pop({
      accessKeyId: call.key.id, accessKeySecret: call.key.secret, securityToken: call.key.token || undefined,
      endpoint: 'http://' + call.host, apiVersion: call.version,
    });
    return c.request('UntagResources', call.fields, { method: call.form ? 'POST' : 'GET' });
  },
};

function refusal(err) {
  const data = err.data || {};
  const status = err.statusCode || data.statusCode || (err.entry && err.entry.response.statusCode) || 0;
  return { code: String(err.code), status, requestID: data.RequestId || err.requestId || '', recommend: data.Recommend || '', text: String(err) };
}

readline.createInterface({ input: process.stdin }).on('line', async (line) => {
  const call = JSON.parse(line);
  const outcome = { number: call.number };
  try {
    outcome.answer = await clients[call.client](call);
  } catch (err) {
    outcome.refusal = refusal(err);
  }
  process.stdout.write(JSON.stringify(outcome) + '\n');
}).on('close', () => process.exit(0));
