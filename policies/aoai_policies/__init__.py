"""Rules for fine-tuned Azure OpenAI models: plain facts in, findings out.

facts and rules know nothing of Pulumi; pack and proxies are the two modules that do.
"""
