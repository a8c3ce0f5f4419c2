// Command whole_way goes from a file to an answer in two regions and two tenants, with OpenAI's own
// client for Go. Resource Manager, Entra and Monitor are called with net/http. Nothing here knows of
// an emulator.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/azure"
	"github.com/openai/openai-go/v3/option"
	"github.com/openai/openai-go/v3/responses"
)

const (
	model    = "gpt-4.1-mini-2025-04-14"
	question = "What does function number 7 do?"
)

var (
	ctx    = context.Background()
	tenant = os.Getenv("AZURE_TENANT_ID")
)

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func trainingData() io.Reader {
	var lines []string
	for number := range 12 {
		row := `{"messages":[{"role":"user","content":"What does function number %d do?"},` +
			`{"role":"assistant","content":"It returns %d."}]}`
		lines = append(lines, fmt.Sprintf(row, number, number))
	}
	return openai.File(strings.NewReader(strings.Join(lines, "\n")), "train.jsonl", "application/jsonl")
}

func token(tenant string) string {
	form := url.Values{
		"grant_type":    {"client_credentials"},
		"client_id":     {os.Getenv("AZURE_CLIENT_ID")},
		"client_secret": {os.Getenv("AZURE_CLIENT_SECRET")},
		"scope":         {"https://management.azure.com/.default"},
	}
	answer, err := http.PostForm(os.Getenv("AZURE_AUTHORITY_HOST")+"/"+tenant+"/oauth2/v2.0/token", form)
	must(err)
	defer answer.Body.Close()
	var found struct {
		Token string `json:"access_token"`
	}
	must(json.NewDecoder(answer.Body).Decode(&found))
	return found.Token
}

type fields map[string]any

// manage calls Resource Manager and returns status, headers and body.
func manage(method, path, tenant, version string, body any, headers map[string]string) (int, http.Header, fields) {
	address := path
	if !strings.HasPrefix(path, "https:") {
		address = os.Getenv("AZURE_RESOURCE_MANAGER") + path
	}
	parsed, err := url.Parse(address)
	must(err)
	query := parsed.Query()
	if !query.Has("api-version") {
		query.Set("api-version", version)
		parsed.RawQuery = query.Encode()
	}
	var sent io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		must(err)
		sent = bytes.NewReader(data)
	}
	request, err := http.NewRequest(method, parsed.String(), sent)
	must(err)
	request.Header.Set("Authorization", "Bearer "+token(tenant))
	request.Header.Set("Content-Type", "application/json")
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	answer, err := http.DefaultClient.Do(request)
	must(err)
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	must(err)
	found := fields{}
	if len(data) > 0 {
		must(json.Unmarshal(data, &found))
	}
	return answer.StatusCode, answer.Header, found
}

func finished(headers http.Header, tenant string) {
	address := headers.Get("Azure-AsyncOperation")
	for looks := 0; address != "" && looks < 100; looks++ {
		_, _, body := manage("GET", address, tenant, "2024-10-01", nil, nil)
		if body["status"] == "Succeeded" {
			return
		}
	}
}

func deploy(account, tenant string, wanted fields, headers map[string]string) {
	wanted["format"], wanted["version"] = "OpenAI", "1"
	body := fields{
		"sku":        fields{"name": "Standard", "capacity": 1},
		"properties": fields{"model": wanted},
	}
	path := account + "/deployments/golang"
	status, answer, made := manage("PUT", path, tenant, "2024-10-01", body, headers)
	if status != http.StatusCreated {
		log.Fatalf("%d: %v", status, made)
	}
	finished(answer, tenant)
	_, _, made = manage("GET", path, tenant, "2024-10-01", nil, nil)
	fmt.Println("deployment", made["properties"].(map[string]any)["provisioningState"])
}

func trained(client openai.Client) (string, string) {
	file, err := client.Files.New(ctx, openai.FileNewParams{
		File:    trainingData(),
		Purpose: openai.FilePurposeFineTune,
	})
	must(err)
	job, err := client.FineTuning.Jobs.New(ctx, openai.FineTuningJobNewParams{
		Model:        model,
		TrainingFile: file.ID,
		Suffix:       openai.String("golang"),
		Seed:         openai.Int(7),
	})
	must(err)
	fmt.Println("submitted", job.Status)
	for job.Status == "pending" || job.Status == "running" {
		job, err = client.FineTuning.Jobs.Get(ctx, job.ID)
		must(err)
	}
	fmt.Println("ended", job.Status)
	points, err := client.FineTuning.Jobs.Checkpoints.List(ctx, job.ID, openai.FineTuningJobCheckpointListParams{})
	must(err)
	fmt.Println("checkpoints", len(points.Data))
	return file.ID, job.FineTunedModel
}

func ask(client openai.Client) {
	asked := openai.ChatCompletionNewParams{
		Model:    "golang",
		Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage(question)},
	}
	answer, err := client.Chat.Completions.New(ctx, asked)
	must(err)
	fmt.Println("answer", answer.Choices[0].Message.Content)
	stream := client.Chat.Completions.NewStreaming(ctx, asked)
	text := ""
	for stream.Next() {
		for _, choice := range stream.Current().Choices {
			text += choice.Delta.Content
		}
	}
	must(stream.Err())
	fmt.Println("streamed", text)
	response, err := client.Responses.New(ctx, responses.ResponseNewParams{
		Model: "golang",
		Input: responses.ResponseNewParamsInputUnion{OfString: openai.String(question)},
	})
	must(err)
	fmt.Println("response", response.OutputText())
}

func metric(account string) {
	query := url.Values{
		"metricnames": {"AzureOpenAIRequests"},
		"interval":    {"FULL"},
		"aggregation": {"Total"},
		"$filter":     {"ModelDeploymentName eq 'golang'"},
	}
	path := account + "/providers/Microsoft.Insights/metrics?" + query.Encode()
	_, _, body := manage("GET", path, tenant, "2023-10-01", nil, nil)
	sum := 0.0
	for _, series := range body["value"].([]any)[0].(map[string]any)["timeseries"].([]any) {
		for _, point := range series.(map[string]any)["data"].([]any) {
			if total, found := point.(map[string]any)["total"].(float64); found {
				sum += total
			}
		}
	}
	fmt.Println("calls", sum)
}

func removed(account, tenant string) {
	status, headers, _ := manage("DELETE", account+"/deployments/golang", tenant, "2024-10-01", nil, nil)
	if status != http.StatusOK && status != http.StatusAccepted {
		log.Fatalf("delete: %d", status)
	}
	finished(headers, tenant)
}

func main() {
	home, region := os.Getenv("ACCOUNT_ID"), os.Getenv("OTHER_ACCOUNT_ID")
	foreign, other := os.Getenv("FOREIGN_ACCOUNT_ID"), os.Getenv("FOREIGN_TENANT_ID")
	_, _, keys := manage("POST", home+"/listKeys", tenant, "2024-10-01", nil, nil)
	key := keys["key1"].(string)
	endpoint := os.Getenv("AZURE_OPENAI_ENDPOINT")
	classic := openai.NewClient(azure.WithEndpoint(endpoint, "2024-10-21"), azure.WithAPIKey(key))
	v1 := openai.NewClient(option.WithBaseURL(endpoint+"/openai/v1/"), option.WithAPIKey(key))
	file, name := trained(classic)
	deploy(home, tenant, fields{"name": name}, nil)
	deploy(region, tenant, fields{"name": name, "source": home}, nil)
	auxiliary := map[string]string{"x-ms-authorization-auxiliary": "Bearer " + token(tenant)}
	deploy(foreign, other, fields{"name": name, "sourceAccount": home}, auxiliary)
	ask(v1)
	metric(home)
	removed(home, tenant)
	removed(region, tenant)
	removed(foreign, other)
	gone, err := classic.Files.Delete(ctx, file)
	must(err)
	fmt.Println("deleted", gone.Deleted)
}
