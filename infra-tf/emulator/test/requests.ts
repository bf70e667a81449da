/** moto reads who asks, where and for which service from this header, and takes any signature. */
export const signed = (service: string, region: string, accessKey = 'test') => ({
  Authorization: `AWS4-HMAC-SHA256 Credential=${accessKey}/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=none`,
});
