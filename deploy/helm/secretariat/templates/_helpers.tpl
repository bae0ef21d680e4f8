{{- define "secretariat.selector" -}}
app.kubernetes.io/name: secretariat
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "secretariat.labels" -}}
{{ include "secretariat.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "secretariat.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "secretariat.pod-security" -}}
runAsNonRoot: true
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "secretariat.container-security" -}}
readOnlyRootFilesystem: true
allowPrivilegeEscalation: false
capabilities: { drop: [ALL] }
{{- end }}

{{- define "secretariat.spread" -}}
- maxSkew: 1
  topologyKey: kubernetes.io/hostname
  whenUnsatisfiable: ScheduleAnyway
  labelSelector:
    matchLabels:
      {{- include "secretariat.selector" .root | nindent 6 }}
      app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "secretariat.environment" -}}
- name: KAFKA_BOOTSTRAP
  value: {{ .Values.kafka.bootstrap | quote }}
- name: KAFKA_PREFIX
  value: {{ .Values.kafka.prefix | quote }}
- name: DATABASE_URL
  valueFrom: { secretKeyRef: { name: {{ .Values.database.existingSecret }}, key: url } }
{{- with .Values.publicUrl }}
- name: PUBLIC_URL
  value: {{ . | quote }}
{{- end }}
{{- with .Values.tracing.endpoint }}
- name: OTEL_EXPORTER_OTLP_ENDPOINT
  value: {{ . | quote }}
{{- end }}
{{- with .Values.kafka }}
{{- if .sasl }}
- name: KAFKA_SASL
  value: {{ .sasl }}
- name: KAFKA_USERNAME
  valueFrom: { secretKeyRef: { name: {{ .existingSecret }}, key: username } }
- name: KAFKA_PASSWORD
  valueFrom: { secretKeyRef: { name: {{ .existingSecret }}, key: password } }
{{- end }}
{{- if .tls }}
- name: KAFKA_TLS
  value: "1"
{{- end }}
{{- if .caSecret }}
- name: KAFKA_CA
  value: /etc/secretariat/ca/ca.crt
{{- end }}
{{- if .certificateSecret }}
- name: KAFKA_CERTIFICATE
  value: /etc/secretariat/certificate/tls.crt
- name: KAFKA_KEY
  value: /etc/secretariat/certificate/tls.key
{{- end }}
{{- end }}
{{- end }}

{{- define "secretariat.mail" -}}
{{- if .address }}
- name: MAIL_ADDRESS
  value: {{ .address | quote }}
{{- end }}
{{- $secret := .existingSecret }}
{{- range $way, $server := dict "smtp" .smtp "imap" .imap }}
{{- if $server.host }}
{{- $prefix := upper $way }}
- name: {{ $prefix }}_HOST
  value: {{ $server.host | quote }}
- name: {{ $prefix }}_PORT
  value: {{ $server.port | quote }}
- name: {{ $prefix }}_TLS
  value: {{ $server.tls | quote }}
{{- if $server.caSecret }}
- name: {{ $prefix }}_CA
  value: /etc/secretariat/{{ $way }}/ca.crt
{{- end }}
{{- if $server.folder }}
- name: {{ $prefix }}_FOLDER
  value: {{ $server.folder | quote }}
{{- end }}
{{- if $server.authservId }}
- name: {{ $prefix }}_AUTHSERV_ID
  value: {{ $server.authservId | quote }}
{{- end }}
{{- if $secret }}
- name: {{ $prefix }}_USERNAME
  valueFrom: { secretKeyRef: { name: {{ $secret }}, key: {{ $way }}-username, optional: true } }
- name: {{ $prefix }}_PASSWORD
  valueFrom: { secretKeyRef: { name: {{ $secret }}, key: {{ $way }}-password, optional: true } }
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "secretariat.mail-mounts" -}}
{{- range $way, $server := dict "smtp" .smtp "imap" .imap }}
{{- if $server.caSecret }}
- { name: {{ $way }}-ca, mountPath: /etc/secretariat/{{ $way }}, readOnly: true }
{{- end }}
{{- end }}
{{- end }}

{{- define "secretariat.mail-volumes" -}}
{{- range $way, $server := dict "smtp" .smtp "imap" .imap }}
{{- if $server.caSecret }}
- { name: {{ $way }}-ca, secret: { secretName: {{ $server.caSecret }} } }
{{- end }}
{{- end }}
{{- end }}

{{- define "secretariat.mounts" -}}
{{- with .Values.kafka.caSecret }}
- { name: ca, mountPath: /etc/secretariat/ca, readOnly: true }
{{- end }}
{{- with .Values.kafka.certificateSecret }}
- { name: certificate, mountPath: /etc/secretariat/certificate, readOnly: true }
{{- end }}
{{- end }}

{{- define "secretariat.volumes" -}}
{{- with .Values.kafka.caSecret }}
- { name: ca, secret: { secretName: {{ . }} } }
{{- end }}
{{- with .Values.kafka.certificateSecret }}
- { name: certificate, secret: { secretName: {{ . }} } }
{{- end }}
{{- end }}

{{- define "secretariat.gateway-files" -}}
nginx.conf: |
  {{- .Files.Get "files/nginx.conf" | nindent 2 }}
routes.conf: |
  {{- $server := printf "server %s-${1}:8000" .Release.Name }}
  {{- regexReplaceAll "server ([a-z]+):8000" (.Files.Get "files/routes.conf") $server | nindent 2 }}
{{- end }}
