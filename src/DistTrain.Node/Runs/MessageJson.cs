using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace DistTrain.Node.Runs;

/// <summary>
/// Flat messages as JSON for scripts: camelCase names, every field present but optional ones that are not set, numbers as numbers, NaN and infinities as
/// null, identifiers (fixed64) as 16 hexadecimal digits, because JSON readers round numbers beyond 2^53.
/// </summary>
internal static class MessageJson
{
    /// <summary>Of all writers of records.</summary>
    public static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(IMessage message) => Write(writer => WriteFields(writer, message));

    /// <summary>One object on one line.</summary>
    public static string Write(Action<Utf8JsonWriter> fields)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartObject();
            fields(writer);
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>A number, or null if it is none.</summary>
    public static void WriteNumber(Utf8JsonWriter writer, string name, double number)
    {
        if (double.IsFinite(number))
        {
            writer.WriteNumber(name, number);
        }
        else
        {
            writer.WriteNull(name);
        }
    }

    public static void WriteFields(Utf8JsonWriter writer, IMessage message)
    {
        foreach (FieldDescriptor field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            if (field.HasPresence && !field.Accessor.HasValue(message))
            {
                continue;
            }

            object? value = field.Accessor.GetValue(message);
            if (!field.IsRepeated)
            {
                writer.WritePropertyName(NameOf(field));
                WriteValue(writer, field, value);
            }
            else if (value is IList { Count: > 0 } list)
            {
                writer.WriteStartArray(NameOf(field));
                foreach (object item in list)
                {
                    WriteValue(writer, field, item);
                }

                writer.WriteEndArray();
            }
        }
    }

    /// <summary>Fills what the object names and the message knows; the rest is left alone, so that newer files can be read.</summary>
    /// <exception cref="FormatException">A value is of another type than its field.</exception>
    public static void ReadFields(JsonElement json, IMessage message)
    {
        foreach (FieldDescriptor field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            if (!json.TryGetProperty(NameOf(field), out JsonElement value))
            {
                continue;
            }

            try
            {
                if (field.IsRepeated)
                {
                    var list = (IList)field.Accessor.GetValue(message);
                    foreach (JsonElement item in value.EnumerateArray())
                    {
                        list.Add(ReadValue(field, item));
                    }
                }
                else
                {
                    field.Accessor.SetValue(message, ReadValue(field, value));
                }
            }
            catch (Exception error) when (error is InvalidOperationException or FormatException or OverflowException)
            {
                throw new FormatException($"'{NameOf(field)}' is not a {field.FieldType}: {value.GetRawText()}", error);
            }
        }
    }

    private static string NameOf(FieldDescriptor field) => field.Name == "run_directory" ? "runDir" : field.JsonName;

    private static void WriteValue(Utf8JsonWriter writer, FieldDescriptor field, object? value)
    {
        switch (value)
        {
            case double number when !double.IsFinite(number):
                writer.WriteNullValue();
                break;
            case double number:
                writer.WriteNumberValue(number);
                break;
            case ulong identifier when field.FieldType == FieldType.Fixed64:
                writer.WriteStringValue(identifier.ToString("x16", CultureInfo.InvariantCulture));
                break;
            case ulong number:
                writer.WriteNumberValue(number);
                break;
            case uint number:
                writer.WriteNumberValue(number);
                break;
            case bool flag:
                writer.WriteBooleanValue(flag);
                break;
            case string text:
                writer.WriteStringValue(text);
                break;
            case IMessage message:
                writer.WriteStartObject();
                WriteFields(writer, message);
                writer.WriteEndObject();
                break;
            default:
                throw new NotSupportedException($"{field.FullName}: {field.FieldType} has no JSON form here");
        }
    }

    private static object ReadValue(FieldDescriptor field, JsonElement json)
    {
        switch (field.FieldType)
        {
            case FieldType.Double:
                return json.ValueKind == JsonValueKind.Null ? double.NaN : json.GetDouble();
            case FieldType.Fixed64:
                return ulong.Parse(json.GetString() ?? "", NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            case FieldType.UInt64:
                return json.GetUInt64();
            case FieldType.UInt32:
                return json.GetUInt32();
            case FieldType.Bool:
                return json.GetBoolean();
            case FieldType.String:
                return json.GetString() ?? "";
            case FieldType.Message:
                IMessage message = field.MessageType.Parser.ParseFrom(ByteString.Empty);
                ReadFields(json, message);
                return message;
            default:
                throw new NotSupportedException($"{field.FullName}: {field.FieldType} has no JSON form here");
        }
    }
}
