using Akka.Actor;

namespace DistTrain.Tests.Remoting;

/// <summary>A type that must not be built on another's word. Counts how often it was.</summary>
public sealed class Gadget
{
    private static int built;

    public Gadget() => Interlocked.Increment(ref built);

    public static int Built => built;

    public string Command { get; set; } = "rm";
}

/// <summary>An actor that must not be started on another's word. Counts how often it was.</summary>
public sealed class GadgetActor : ReceiveActor
{
    private static int built;

    public GadgetActor() => Interlocked.Increment(ref built);

    public static int Built => built;
}

/// <summary>Hands on what it receives.</summary>
internal sealed class Listener : UntypedActor
{
    private readonly Action<object> heard;

    public Listener(Action<object> heard) => this.heard = heard;

    protected override void OnReceive(object message) => heard(message);
}
