// Oracle answers what kube-apiserver would say of a NetworkPolicy, by running the server's own
// code: the codecs of the legacy scheme, the networkpolicy strategy, rest.BeforeCreate and
// rest.BeforeUpdate. It reads one JSON request a line on stdin and prints one JSON answer a line.
//
// `cargo xtask oracle` writes a go.mod for each Kubernetes minor and builds this file against it.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/go-logr/logr"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	kyaml "k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/apis/networking"
	_ "k8s.io/kubernetes/pkg/apis/networking/install"
	_ "k8s.io/kubernetes/pkg/features"
	"k8s.io/kubernetes/pkg/registry/networking/networkpolicy"

	networkingv1 "k8s.io/api/networking/v1"
	"k8s.io/klog/v2"
	"sigs.k8s.io/yaml"
)

// question is one object to judge. Without old it is a create, with old an update of that object.
type question struct {
	ID          string `json:"id"`
	Text        string `json:"text"`
	ContentType string `json:"contentType,omitempty"`
	Namespace   string `json:"namespace,omitempty"`
	Old         string `json:"old,omitempty"`
}

type cause struct {
	Reason  string
	Message string
	Field   string
}

// answer: Message is the decoder's own error where decoding fails, before the handler frames it;
// Status is the text a client sees. Both are the same after decoding.
type answer struct {
	ID            string          `json:"id"`
	Namespace     string          `json:"namespace,omitempty"`
	Name          string          `json:"name,omitempty"`
	Verdict       string          `json:"verdict"`
	Stage         string          `json:"stage,omitempty"`
	Code          int32           `json:"code,omitempty"`
	Reason        string          `json:"reason,omitempty"`
	Message       string          `json:"message,omitempty"`
	Status        string          `json:"status,omitempty"`
	Causes        []cause         `json:"causes,omitempty"`
	StrictError   string          `json:"strictError,omitempty"`
	Warnings      []string        `json:"warnings,omitempty"`
	DefaultedSpec json.RawMessage `json:"defaultedSpec,omitempty"`
}

var kind = networkingv1.SchemeGroupVersion.WithKind("NetworkPolicy")

// The legacy scheme names itself by the line that makes it, skipping frames of a path that module
// versions hide (k8s.io/apimachinery@v0.36.2/…). In a release build it has this name.
var schemeName = regexp.MustCompile(`in scheme "[^"]*"`)

const releasedScheme = `in scheme "k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30"`

func main() {
	gate := flag.String("gates", "", "feature gates, as kube-apiserver's --feature-gates")
	bench := flag.Int("bench", 0, "read YAML documents from stdin, time this many passes of decoding and validation")
	flag.Parse()
	// The server's own log is not part of its answer.
	klog.SetLogger(logr.Discard())
	if *gate != "" {
		if err := utilfeature.DefaultMutableFeatureGate.Set(*gate); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
	}
	if *bench > 0 {
		measure(*bench)
		return
	}
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := bufio.NewWriter(os.Stdout)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for {
		line, err := in.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			var q question
			if err := json.Unmarshal(line, &q); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(2)
			}
			if err := encoder.Encode(judge(q)); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(2)
			}
			if in.Buffered() == 0 {
				out.Flush()
			}
		}
		if err != nil {
			break
		}
	}
	out.Flush()
}

func judge(q question) answer {
	a := answer{ID: q.ID}
	text, contentType, err := read(q.Text, q.ContentType)
	if err != nil {
		a.Verdict, a.Stage, a.Message = "reject", "yaml", err.Error()
		return a
	}
	serializer := serializerFor(contentType)
	asJSON := text
	if contentType != runtime.ContentTypeJSON {
		if asJSON, err = yaml.YAMLToJSON(text); err != nil {
			a.Verdict, a.Stage, a.Message = "reject", "yaml", err.Error()
			return a
		}
	}
	a.Name, a.Namespace = nameIn(asJSON)

	obj, gvk, err := decode(serializer.Serializer, text)
	if err == nil {
		err = accepts(gvk)
	}
	if err != nil {
		a.Verdict, a.Stage, a.Code, a.Reason = "reject", "decode", 400, "BadRequest"
		a.Message = schemeName.ReplaceAllString(err.Error(), releasedScheme)
		a.Status = framed(gvk, a.Message)
		return a
	}
	if _, _, err := decode(serializer.StrictSerializer, text); err != nil {
		a.StrictError = err.Error()
	}
	a.DefaultedSpec = specOf(obj)

	if q.Old == "" {
		err = create(obj, q.Namespace)
		a.Warnings = networkpolicy.Strategy.WarningsOnCreate(context.Background(), obj)
	} else {
		old, _, oldErr := decode(serializerFor(runtime.ContentTypeYAML).Serializer, []byte(q.Old))
		if oldErr != nil {
			a.Verdict, a.Stage, a.Message = "none", "old", oldErr.Error()
			return a
		}
		err = update(obj, old, q.Namespace)
		a.Warnings = networkpolicy.Strategy.WarningsOnUpdate(context.Background(), obj, old)
	}
	if err == nil {
		a.Verdict = "accept"
		return a
	}
	a.Verdict, a.Stage = "reject", "validate"
	refuse(&a, err)
	return a
}

// read takes a body as it is where its content type is given. Without one it reads as clients read
// files: text that starts with `{` is JSON, or else YAML, and where both fail the JSON error counts.
func read(text, contentType string) ([]byte, string, error) {
	if contentType != "" {
		return []byte(text), contentType, nil
	}
	if !kyaml.IsJSONBuffer([]byte(text)) {
		return []byte(text), runtime.ContentTypeYAML, nil
	}
	var object runtime.RawExtension
	if err := kyaml.NewYAMLOrJSONDecoder(strings.NewReader(text), 4096).Decode(&object); err != nil {
		return nil, "", err
	}
	var value json.RawMessage
	if err := json.NewDecoder(strings.NewReader(text)).Decode(&value); err == nil {
		return value, runtime.ContentTypeJSON, nil
	}
	return []byte(text), runtime.ContentTypeYAML, nil
}

func serializerFor(contentType string) runtime.SerializerInfo {
	info, ok := runtime.SerializerInfoForMediaType(legacyscheme.Codecs.SupportedMediaTypes(), contentType)
	if !ok {
		fmt.Fprintf(os.Stderr, "no serializer for %q\n", contentType)
		os.Exit(2)
	}
	return info
}

// decode does as createHandler: to the internal version, defaults applied on the way.
func decode(serializer runtime.Serializer, text []byte) (*networking.NetworkPolicy, *schema.GroupVersionKind, error) {
	hub := schema.GroupVersion{Group: networking.GroupName, Version: runtime.APIVersionInternal}
	defaultGVK := kind
	obj, gvk, err := legacyscheme.Codecs.DecoderToVersion(serializer, hub).Decode(text, &defaultGVK, &networking.NetworkPolicy{})
	policy, _ := obj.(*networking.NetworkPolicy)
	if err == nil && policy == nil {
		err = fmt.Errorf("decoded to %T", obj)
	}
	return policy, gvk, err
}

func accepts(gvk *schema.GroupVersionKind) error {
	if gvk.GroupVersion() != kind.GroupVersion() {
		return fmt.Errorf("the API version in the data (%s) does not match the expected API version (%v)", gvk.GroupVersion(), kind.GroupVersion())
	}
	return nil
}

// framed is transformDecodeError of the handlers package, which does not export it.
func framed(gvk *schema.GroupVersionKind, message string) string {
	if gvk != nil && len(gvk.Kind) > 0 {
		return fmt.Sprintf("%s in version %q cannot be handled as a %s: %v", gvk.Kind, gvk.Version, kind.Kind, message)
	}
	return message
}

// create does what createHandler and Store.create do between decoding and storage. Managed fields
// are left as given: the field manager would replace them.
func create(obj *networking.NetworkPolicy, namespace string) error {
	rest.WipeObjectMetaSystemFields(obj)
	ctx, err := inNamespace(obj, namespace, "create")
	if err != nil {
		return err
	}
	rest.FillObjectMetaSystemFields(obj)
	if len(obj.GenerateName) > 0 && len(obj.Name) == 0 {
		name := networkpolicy.Strategy.GenerateName(obj.GenerateName)
		obj.Name = name[:len(name)-5] + "zzzzz" // the five random characters
	}
	return rest.BeforeCreate(networkpolicy.Strategy, ctx, obj)
}

// update does what updateHandler and Store.Update do. Stored objects always have a resource version
// and a UID; an update that names no version is unconditional and takes the stored one.
func update(obj, old *networking.NetworkPolicy, namespace string) error {
	if namespace == "" && obj.Namespace == "" {
		namespace = old.Namespace
	}
	ctx, err := inNamespace(obj, namespace, "update")
	if err != nil {
		return err
	}
	if old.Namespace == "" {
		old.Namespace = obj.Namespace
	}
	if old.ResourceVersion == "" {
		old.ResourceVersion = "1"
	}
	if obj.ResourceVersion == "" {
		obj.ResourceVersion = old.ResourceVersion
	}
	return rest.BeforeUpdate(networkpolicy.Strategy, ctx, obj, old)
}

// inNamespace: the request goes to the namespace given, else to the object's own, else to default.
func inNamespace(obj *networking.NetworkPolicy, namespace, verb string) (context.Context, error) {
	if namespace == "" {
		namespace = obj.Namespace
	}
	if namespace == "" {
		namespace = metav1.NamespaceDefault
	}
	ctx := request.WithRequestInfo(context.Background(), &request.RequestInfo{
		IsResourceRequest: true,
		Verb:              verb,
		APIGroup:          kind.Group,
		APIVersion:        kind.Version,
		Namespace:         namespace,
		Resource:          "networkpolicies",
	})
	return request.WithNamespace(ctx, namespace), rest.EnsureObjectNamespaceMatchesRequestNamespace(namespace, obj)
}

func refuse(a *answer, err error) {
	var status apierrors.APIStatus
	if !errors.As(err, &status) {
		a.Message = err.Error()
		return
	}
	s := status.Status()
	a.Code, a.Reason, a.Message = s.Code, string(s.Reason), s.Message
	if s.Details != nil {
		for _, c := range s.Details.Causes {
			a.Causes = append(a.Causes, cause{string(c.Type), c.Message, c.Field})
		}
	}
}

func specOf(obj *networking.NetworkPolicy) json.RawMessage {
	versioned := &networkingv1.NetworkPolicy{}
	if err := legacyscheme.Scheme.Convert(obj, versioned, nil); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	var spec bytes.Buffer
	encoder := json.NewEncoder(&spec)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(versioned.Spec); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	return bytes.TrimSpace(spec.Bytes())
}

// nameIn reads the name and namespace as written, where they are strings.
func nameIn(object []byte) (name, namespace string) {
	var fields struct {
		Metadata map[string]any `json:"metadata"`
	}
	_ = json.Unmarshal(object, &fields)
	name, _ = fields.Metadata["name"].(string)
	namespace, _ = fields.Metadata["namespace"].(string)
	return name, namespace
}

// measure prints the nanoseconds of each pass over the documents: decoding with defaults (lenient,
// once) and validation, as the server does for each object, and nothing else.
func measure(passes int) {
	var text bytes.Buffer
	if _, err := text.ReadFrom(os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	documents := bytes.Split(text.Bytes(), []byte("\n---\n"))
	serializer := serializerFor(runtime.ContentTypeYAML).Serializer
	for range passes {
		rejected := 0
		start := time.Now()
		for _, document := range documents {
			obj, _, err := decode(serializer, document)
			if err == nil {
				err = create(obj, "")
			}
			if err != nil {
				rejected++
			}
		}
		fmt.Printf("{\"documents\":%d,\"rejected\":%d,\"nanoseconds\":%d}\n", len(documents), rejected, time.Since(start).Nanoseconds())
	}
}
