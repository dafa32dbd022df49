using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;
using DistTrain.Protocol.Control;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace DistTrain.Node.Remoting;

/// <summary>
/// The only serializer for messages between nodes: protobuf, with the message's name as manifest. What is not a
/// message of proto/control.proto is refused in either direction, so no payload can name a type to be built.
/// </summary>
public sealed class ControlSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>Akka reserves 0 to 40.</summary>
    public const int Id = 4201;

    private static readonly Dictionary<string, MessageParser> Parsers =
        ControlReflection.Descriptor.MessageTypes.ToDictionary(message => message.Name, message => message.Parser, StringComparer.Ordinal);

    public override int Identifier => Id;

    public override byte[] ToBinary(object obj) => Known(obj).ToByteArray();

    public override string Manifest(object o) => Known(o).Descriptor.Name;

    public override object FromBinary(byte[] bytes, string manifest)
    {
        if (!Parsers.TryGetValue(manifest, out MessageParser? parser))
        {
            throw new SerializationException($"'{manifest}' is not a control message");
        }

        try
        {
            return parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new SerializationException($"a {manifest} message is damaged: {error.Message}", error);
        }
    }

    private static IMessage Known(object message) =>
        message is IMessage known && known.Descriptor.File == ControlReflection.Descriptor
            ? known
            : throw new SerializationException($"{message.GetType()} is not a control message and does not leave this process");
}
